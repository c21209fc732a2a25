"""Keys and texts without a database: which key is used, and what a hash gives away."""

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from services.incidents.narratives import KEY_BYTES, VARIABLE, Draft, KeyMissing, vault_of
from shared.runtime.settings import Settings


def settings(**changes: Any) -> Settings:
    return Settings(
        **{
            "environment": "test",
            "database_url": "postgresql://db.example.com/incidents",
            "kafka_bootstrap_servers": "kafka.example.com:9092",
            "oidc_issuer": "https://issuer.example.com",
        }
        | changes
    )


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, base64.b64encode(b"k" * KEY_BYTES).decode())
    assert vault_of(settings(environment="production")).kek == b"k" * KEY_BYTES


@pytest.mark.parametrize("given", ["no base64!", base64.b64encode(b"short").decode()])
def test_a_key_of_another_form_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(KeyMissing) as refusal:
        vault_of(settings())
    assert given not in str(refusal.value)


def test_production_makes_no_key_for_itself() -> None:
    with pytest.raises(KeyMissing, match=VARIABLE):
        vault_of(settings(environment="production"))


def test_a_stack_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    stack = settings(clock_file=tmp_path / "clock.json")
    key = vault_of(stack).kek
    kept = tmp_path / "narrative.key"
    assert (len(key), kept.read_bytes(), kept.stat().st_mode & 0o777) == (KEY_BYTES, key, 0o600)
    assert vault_of(stack).kek == key


def test_the_key_is_in_no_representation(tmp_path: Path) -> None:
    vault = vault_of(settings(clock_file=tmp_path / "clock.json"))
    assert repr(vault.kek) not in repr(vault)


def test_equal_texts_have_different_hashes_and_each_is_proved_by_its_salt() -> None:
    one, other = Draft.of("account", "the same words"), Draft.of("account", "the same words")
    assert one.sealed != other.sealed
    assert one.sealed.salted_hash == sha256(one.salt + b"the same words").hexdigest()
    assert one.sealed.salted_hash != sha256(b"the same words").hexdigest()
