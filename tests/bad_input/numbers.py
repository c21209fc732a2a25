"""Numbers that look like a National ID, made here so that none stands in a file."""

from typing import Final

from shared.law.national_id import check_digit

_ELEVEN: Final = "12345678901"
NUMBER: Final = f"{_ELEVEN}{check_digit(_ELEVEN)}"
HYPHENED: Final = f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}"
FULL_WIDTH: Final = NUMBER.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
