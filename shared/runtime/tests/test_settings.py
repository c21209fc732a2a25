from collections.abc import Callable

import pytest

from shared.runtime.settings import PREFIX, Settings, load_settings

GOOD = {
    "ENVIRONMENT": "embedded",
    "DATABASE_URL": "postgresql://daicho:s3cret@127.0.0.1:5432/ledger",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092,127.0.0.1:9093",
    "OIDC_ISSUER": "http://127.0.0.1:8110",
}
Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    def load(**changes: str) -> Settings:
        for name in (*GOOD, "CLOCK_FILE", "PORT", "TOPIC_PREFIX"):
            monkeypatch.delenv(PREFIX + name, raising=False)
        for name, value in {**GOOD, **changes}.items():
            monkeypatch.setenv(PREFIX + name, value)
        return load_settings()

    return load


def _refused(load: Load, capsys: pytest.CaptureFixture[str], **changes: str) -> str:
    with pytest.raises(SystemExit) as leaving:
        load(**changes)
    assert leaving.value.code == 2
    return capsys.readouterr().err


def test_the_environment_is_read(load: Load) -> None:
    settings = load(PORT="8101", OIDC_ISSUER="http://a.example.com, http://b.example.com")
    assert (settings.port, settings.topic_prefix) == (8101, "")
    assert settings.issuers == ("http://a.example.com", "http://b.example.com")


def test_all_faults_are_reported_at_once(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    report = _refused(
        load, capsys, ENVIRONMENT="staging", PORT="90000", DATABASE_URL="", KAFKA_BOOTSTRAP_SERVERS="kafka"
    )
    for name in ("ENVIRONMENT:", "PORT:", "DATABASE_URL is missing", "KAFKA_BOOTSTRAP_SERVERS:"):
        assert PREFIX + name in report


def test_a_password_is_not_repeated(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    assert "s3cret" not in _refused(load, capsys, DATABASE_URL="mysql://daicho:s3cret@127.0.0.1/ledger")
    assert "s3cret" not in repr(load())


def test_production_refuses_the_driven_clock_and_unprotected_issuers(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    report = _refused(load, capsys, ENVIRONMENT="production", CLOCK_FILE="clock.json")
    assert "DAICHO_CLOCK_FILE" in report
    assert "DAICHO_OIDC_ISSUER" in report


def test_a_token_lives_longer_on_a_desk_than_in_production(load: Load) -> None:
    assert load().token_lifetime_cap == 12 * 3600
    assert load(ENVIRONMENT="production", OIDC_ISSUER="https://id.example.com").token_lifetime_cap == 3600
