"""Every notice has its words in both languages, and nobody is named in them but in the greeting."""

from datetime import UTC, date, datetime

import pytest

from services.notifier.templates import written
from shared.events.notifier import Channel, NotificationQueued, Template


def queued(template: Template) -> NotificationQueued:
    return NotificationQueued(
        notification_id="N1",
        source_event_id="e1",
        source_type="ledger.InspectionDue.v1",
        matter="inspection/S1/REG-1",
        template=template,
        step="T-7",
        recipient_person_id="P7F3K2",
        channel=Channel.EMAIL,
        org_unit_id="C01-D07",
        reference="S-2016-001",
        due_date=date(2016, 4, 30),
        count=3,
    )


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("locale", ["ja", "en", "de"])
def test_a_notice_is_complete_in_every_language(template: Template, locale: str) -> None:
    subject, text = written(queued(template), "見本 花子", locale, "https://daicho.example.com")
    assert "{" not in subject + text
    assert "花子" in text
    assert "花子" not in subject
    assert "https://daicho.example.com/v1/inspections?slip_id=S1" in text
    assert "P7F3K2" not in subject + text


def test_a_name_with_lines_stays_in_its_line() -> None:
    _, text = written(queued(Template.PLEDGE_OVERDUE), "x\n\nPay here: {due}", "en")
    assert text.splitlines()[0] == "Dear x  Pay here: {due},"


def test_a_deadline_is_told_in_japan_s_time() -> None:
    due_at = datetime(2016, 8, 5, 15, tzinfo=UTC)
    told = queued(Template.OBLIGATION_APPROACHING).model_copy(update={"due_at": due_at, "item": "I1.APPI26_PRELIM"})
    subject, text = written(told, "x", "en")
    assert "2016-08-06 00:00" in subject
    assert "APPI26_PRELIM" in text
