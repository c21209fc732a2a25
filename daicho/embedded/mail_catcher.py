"""A real mail server that keeps every mail in a folder and passes none on: no mail ever leaves the machine.

Only this machine can reach it. It is the stack's `smtp`, and the tests' own.
"""

import argparse
import asyncio
import signal
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from daicho.embedded.ports import HOST

KEPT: Final = 20_000
"""Mails in the folder; of more, the oldest go."""
SUFFIX: Final = ".eml"


class Catcher:
    """Takes every mail; `refusals` answers a recipient otherwise, say `450 later`."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._files = deque(sorted(folder.glob(f"*{SUFFIX}")))
        self._kept = kept
        self._number = int(self._files[-1].stem) if self._files else 0
        self.refusals: dict[str, str] = {}
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """The port it listens on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="localhost"), HOST, port)
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        """Connections that are open go on until their other end hangs up."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._number += 1
        file = self._folder / f"{self._number:09}{SUFFIX}"
        file.write_bytes(cast("bytes", envelope.original_content))
        self._files.append(file)
        if len(self._files) > self._kept:
            self._files.popleft().unlink(missing_ok=True)
        return "250 OK"


def mails_in(folder: Path) -> list[EmailMessage]:
    """In the order in which they came."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


async def serve(port: int, folder: Path) -> None:
    """Until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    catcher = Catcher(folder)
    await catcher.start(port)
    await ended.wait()
    catcher.stop()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m daicho.embedded.mail_catcher", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    asked: Any = parser.parse_args(arguments)
    asyncio.run(serve(asked.port, asked.folder))


if __name__ == "__main__":
    main()
