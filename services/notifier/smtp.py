"""Where mails go: the setting, the message with its headers, and one connection that is used for many mails."""

import os
from base64 import encodebytes
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from shared.runtime.settings import Settings

URL: Final = "DAICHO_SMTP_URL"
FROM: Final = "DAICHO_MAIL_FROM"
LINKS: Final = "DAICHO_MAIL_LINKS"
DEFAULT_FROM: Final = "daicho@example.com"
SECONDS: Final = 15.0
"""How long the server may take for one answer."""
PORTS: Final = {"smtp": 25, "smtps": 465}
FIRST_ERROR, FIRST_PERMANENT, CLOSING = 400, 500, 421


class SmtpMissing(RuntimeError):  # noqa: N818 - named for what is wrong
    """No mail can be sent; the message says what to set."""


class Unreachable(Exception):  # noqa: N818 - named for what is so
    """The server, or the way to it, is down: no mail's fault, so none of them fails."""


class Refused(Exception):  # noqa: N818 - what the server did
    """The server refused this one mail; or it cannot be written, and there is no code.

    The server's words are left out: they may quote the address.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(str(code))
        self.code = code

    @property
    def permanent(self) -> bool:
        return self.code is None or self.code >= FIRST_PERMANENT


@dataclass(frozen=True, repr=False)
class MailServer:
    """`smtp://user:password@host:port`, with STARTTLS where it is offered; `smtps://` speaks TLS from the start."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    sender: str
    links: str
    starttls: bool | None = None


@dataclass(frozen=True, repr=False)
class Letter:
    """One mail before it is one: to whom, what, and the id that stays the same however often it is sent."""

    notification_id: str
    address: str
    subject: str
    text: str


def mail_server_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> MailServer | None:
    """None where nobody gave one and nobody needs one: outside of production. Raises SmtpMissing."""
    given = environment.get(URL, "")
    if not given and settings.environment == "production":
        raise SmtpMissing(f"{URL} is missing: smtp://[user:password@]host[:port] or smtps://…")
    return _server(given, environment, required=settings.environment == "production") if given else None


def _server(given: str, environment: Mapping[str, str], *, required: bool) -> MailServer:
    url, sender = urlsplit(given), environment.get(FROM, "")
    if url.scheme not in PORTS or not url.hostname:
        raise SmtpMissing(f"{URL} must begin with smtp:// or smtps:// and name a host")
    if required and not sender:
        raise SmtpMissing(f"{FROM} is missing: the address that mails come from")
    if "@" not in parseaddr(sender or DEFAULT_FROM)[1]:
        raise SmtpMissing(f"{FROM} must be an address")
    return MailServer(
        host=url.hostname,
        port=url.port or PORTS[url.scheme],
        tls=url.scheme == "smtps",
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        sender=parseaddr(sender or DEFAULT_FROM)[1],
        links=environment.get(LINKS, "").rstrip("/"),
        starttls=True if required and url.scheme == "smtp" and url.username else None,
    )


def message(letter: Letter, sender: str) -> bytes:
    """Plain text in UTF-8, put together by hand: the library's own way takes most of the time that a mail takes.

    Raises ValueError where a header would not be one plain line: nobody writes headers of his own into a mail.
    """
    headers = {
        "From": f"Daicho <{sender}>",
        "To": letter.address,
        "Subject": _subject(letter.subject),
        "Date": formatdate(localtime=False),
        "Message-ID": f"<{letter.notification_id}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    for name, value in headers.items():
        if not (value.isascii() and value.replace("\r\n ", "").isprintable()):
            raise ValueError(f"{name} is not one plain line")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + encodebytes(letter.text.encode()).replace(b"\n", b"\r\n")


def _subject(subject: str) -> str:
    """Encoded words as RFC 2047 has them, on lines of their own, which are one header."""
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


class Postman:
    """One connection to the mail server, kept for as long as it works."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    async def deliver(self, letter: Letter) -> None:
        """Return when the server has taken the mail. Raises Refused and Unreachable."""
        try:
            content = message(letter, self._server.sender)
        except ValueError:
            raise Refused(None) from None
        client = await self._connected()
        try:
            await client.sendmail(self._server.sender, [letter.address], content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            await self._refused(error.recipients[0].code)
        except aiosmtplib.SMTPResponseException as error:
            await self._refused(error.code)
        except (aiosmtplib.SMTPException, OSError) as error:
            self.hang_up()
            raise Unreachable(type(error).__name__) from None

    async def _refused(self, code: int) -> None:
        if code == CLOSING or code < FIRST_ERROR:
            self.hang_up()
            raise Unreachable(str(code)) from None
        with suppress(aiosmtplib.SMTPException, OSError):
            if self._client is not None:
                await self._client.rset()
        raise Refused(code) from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=None if server.tls else server.starttls,
            timeout=SECONDS,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise Unreachable(type(error).__name__) from None
        self._client = client
        return client

    def hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
