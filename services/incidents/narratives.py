"""Texts that may name people: encrypted under a key per incident, so that deleting the key erases them for ever.

An event holds a text's reference and salted hash. The salt is encrypted with the text: who has only the hash can test
no guess, who has the text can prove that it is the one. Keys are wrapped by one that is not in the database.
"""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events.incidents import Sealed
from shared.runtime.database import Connection
from shared.runtime.service import Running, Worker
from shared.runtime.settings import Settings
from shared.runtime.writing.commands import Also

ERASED: Final = "[erased]"
VARIABLE: Final = "DAICHO_NARRATIVE_KEY"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16

_KEEP_KEY: Final = """
INSERT INTO incident_key (incident_id, wrapped, nonce) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
"""
_KEY: Final = "SELECT wrapped, nonce FROM incident_key WHERE incident_id = $1"
_KEEP: Final = "INSERT INTO narrative (ref, incident_id, about, ciphertext, nonce) VALUES ($1, $2, $3, $4, $5)"
_READ: Final = "SELECT ref, about, ciphertext, nonce FROM narrative WHERE incident_id = $1 ORDER BY ref"


class KeyMissing(RuntimeError):  # noqa: N818 - named for what is wrong
    """Texts can neither be kept nor read; the message says what to set."""


@dataclass(frozen=True)
class Draft:
    """A text on its way into the database; `about` says what it is: an account, a rationale."""

    about: str
    text: str
    ref: str
    salt: bytes

    @classmethod
    def of(cls, about: str, text: str) -> "Draft":
        return cls(about, text, str(uuid4()), os.urandom(SALT_BYTES))

    @property
    def sealed(self) -> Sealed:
        return Sealed(ref=self.ref, salted_hash=sha256(self.salt + self.text.encode()).hexdigest())


@dataclass(frozen=True)
class Text:
    ref: str
    about: str
    text: str
    salted_hash: str
    """Computed from the text as it was read: equal to the event's, or somebody changed it."""


@dataclass(frozen=True, repr=False)
class Vault:
    """Keeps, reads and destroys the texts of incidents; `kek` wraps the key of each."""

    kek: bytes

    def keeping(self, incident_id: str, drafts: Sequence[Draft]) -> Also | None:
        """What is to be written with the events that refer to these drafts."""
        if not drafts:
            return None

        async def keep(connection: Connection) -> None:
            key = await self._key_for(connection, incident_id)
            await connection.executemany(_KEEP, [_row(key, incident_id, draft) for draft in drafts])

        return keep

    async def read(self, connection: Connection, incident_id: str) -> tuple[Text, ...]:
        """Every text of an incident that was not erased."""
        key = await self._key(connection, incident_id)
        if key is None:
            return ()
        return tuple(_opened(key, **row) for row in await connection.fetch(_READ, incident_id))

    async def _key_for(self, connection: Connection, incident_id: str) -> bytes:
        """The incident's key; the first text makes it."""
        nonce, fresh = os.urandom(NONCE_BYTES), AESGCM.generate_key(KEY_BYTES * 8)
        wrapped = AESGCM(self.kek).encrypt(nonce, fresh, incident_id.encode())
        await connection.execute(_KEEP_KEY, incident_id, wrapped, nonce)
        key = await self._key(connection, incident_id)
        if key is None:
            raise KeyMissing(f"the key of {incident_id} was erased while a text was being kept")
        return key

    async def _key(self, connection: Connection, incident_id: str) -> bytes | None:
        row = await connection.fetchrow(_KEY, incident_id)
        return AESGCM(self.kek).decrypt(row["nonce"], row["wrapped"], incident_id.encode()) if row else None


def erasing(incident_id: str) -> Also:
    """Destroys the key first of all, then what it had encrypted."""

    async def erase(connection: Connection) -> None:
        await connection.execute("DELETE FROM incident_key WHERE incident_id = $1", incident_id)
        await connection.execute("DELETE FROM narrative WHERE incident_id = $1", incident_id)

    return erase


def vault_of(settings: Settings) -> Vault:
    """Raises KeyMissing without a usable key; the embedded stack and the tests make one for themselves."""
    given = os.environ.get(VARIABLE, "")
    if given:
        return Vault(_decoded(given))
    if settings.environment == "production":
        raise KeyMissing(f"{VARIABLE} is missing: {KEY_BYTES} random bytes in base64")
    return Vault(_made(settings.clock_file and settings.clock_file.with_name("narrative.key")))


def demand_key(running: Running) -> Mapping[str, Worker]:
    """A service that could keep no text does not start; it needs no worker. Raises KeyMissing."""
    vault_of(running.settings)
    return {}


def _decoded(given: str) -> bytes:
    with suppress(NotBase64):
        key = b64decode(given, validate=True)
        if len(key) == KEY_BYTES:
            return key
    raise KeyMissing(f"{VARIABLE} must be {KEY_BYTES} bytes in base64")


@cache
def _made(path: Path | None) -> bytes:
    """Kept beside the driven clock, so that a stack reads after a restart what it wrote before."""
    if path is None:
        return os.urandom(KEY_BYTES)
    with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(KEY_BYTES))
    return path.read_bytes()


def _row(key: bytes, incident_id: str, draft: Draft) -> tuple[str, str, str, bytes, bytes]:
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, draft.salt + draft.text.encode(), draft.ref.encode())
    return draft.ref, incident_id, draft.about, ciphertext, nonce


def _opened(key: bytes, ref: str, about: str, ciphertext: bytes, nonce: bytes) -> Text:
    plain = AESGCM(key).decrypt(nonce, ciphertext, ref.encode())
    return Text(ref, about, plain[SALT_BYTES:].decode(), sha256(plain).hexdigest())
