"""What a mail is made of, and which settings are refused: no server is needed."""

from email import message_from_bytes, policy
from typing import Any

import pytest

from services.notifier.smtp import Letter, MailServer, SmtpMissing, mail_server_of, message
from services.notifier.templates import one_line
from shared.runtime.settings import Settings

SENDER = "daicho@example.com"


def settings(environment: str) -> Settings:
    given: dict[str, Any] = {
        "environment": environment,
        "database_url": "postgresql://db.example.com/x",
        "kafka_bootstrap_servers": "kafka.example.com:9092",
        "oidc_issuer": "https://issuer.example.com",
    }
    return Settings(**given)


def letter(**changes: str) -> Letter:
    plain = {"notification_id": "N1", "address": "hanako@example.com", "subject": "【点検】" * 20, "text": "本文\n。"}
    return Letter(**(plain | changes))


def test_a_mail_is_read_as_it_was_written() -> None:
    mail = message_from_bytes(message(letter(), SENDER), policy=policy.default)
    assert str(mail["Subject"]) == letter().subject
    assert mail["To"] == "hanako@example.com"
    assert mail["Message-ID"] == "<N1@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content() == letter().text
    assert mail.defects == []


def test_the_same_notice_has_the_same_message_id_however_often_it_is_sent() -> None:
    ids = {
        str(message_from_bytes(message(letter(text=text), SENDER), policy=policy.default)["Message-ID"])
        for text in ("a", "b")
    }
    assert len(ids) == 1


def test_lines_are_short_enough_for_every_server() -> None:
    assert max(map(len, message(letter(text="長" * 5000), SENDER).split(b"\r\n"))) < 998


@pytest.mark.parametrize("address", ["a@example.com\r\nBcc: b@example.com", "a@example.com\x00", "花子@example.com"])
def test_an_address_that_is_no_plain_line_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="To"):
        message(letter(address=address), SENDER)


def test_a_subject_can_not_begin_a_header_of_its_own() -> None:
    mail = message_from_bytes(message(letter(subject="x\r\nBcc: b@example.com"), SENDER), policy=policy.default)
    assert mail["Bcc"] is None


def test_a_name_is_one_line() -> None:
    assert one_line("見本\r\nBcc: x\u2028y\x00") == "見本  Bcc: x y"


def test_production_without_a_mail_server_does_not_start() -> None:
    with pytest.raises(SmtpMissing, match="DAICHO_SMTP_URL is missing"):
        mail_server_of(settings("production"), {})


def test_production_without_a_sender_does_not_start() -> None:
    with pytest.raises(SmtpMissing, match="DAICHO_MAIL_FROM is missing"):
        mail_server_of(settings("production"), {"DAICHO_SMTP_URL": "smtp://mail.example.com"})


@pytest.mark.parametrize("url", ["mail.example.com:25", "http://mail.example.com", "smtp://"])
def test_what_is_no_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(SmtpMissing, match="DAICHO_SMTP_URL must begin"):
        mail_server_of(settings("test"), {"DAICHO_SMTP_URL": url})


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(SmtpMissing, match="DAICHO_MAIL_FROM must be an address"):
        mail_server_of(settings("test"), {"DAICHO_SMTP_URL": "smtp://mail.example.com", "DAICHO_MAIL_FROM": "nobody"})


def test_elsewhere_a_service_runs_without_one() -> None:
    assert mail_server_of(settings("embedded"), {}) is None


def test_who_signs_in_over_a_plain_connection_must_have_it_encrypted_in_production() -> None:
    given = {"DAICHO_SMTP_URL": "smtp://user:p%40ss@mail.example.com:587", "DAICHO_MAIL_FROM": "a@example.com"}
    server = mail_server_of(settings("production"), given)
    assert isinstance(server, MailServer)
    assert (server.port, server.user, server.password, server.starttls) == (587, "user", "p@ss", True)
    assert "p@ss" not in repr(server)
