"""Which stream a command is decided on: the kind and the id of what it is about."""

from datetime import date

import pytest

from services.training.domain.handbook import AcknowledgeHandbook
from services.training.domain.target_country import SetPledgeTargetCountry
from services.training.tests import course_words, words
from shared.decider import Command


@pytest.mark.parametrize(
    ("command", "stream"),
    [
        (words.PLAN, "pledge-campaign/PLEDGE-FY2017"),
        (words.SIGN, "pledge/L1"),
        (course_words.PUBLISH, "course/SECURITY"),
        (course_words.PUBLISH_HANDBOOK, "rule-document/HANDBOOK"),
        (course_words.PLAN, "training-campaign/TRAINING-FY2017"),
        (course_words.PASS, "assignment/A1"),
        (AcknowledgeHandbook(person_id="P1", document_id="HANDBOOK", version=1, acknowledged_by="P1"), "handbook/P1"),
        (SetPledgeTargetCountry(fy="FY2017", country="SG", from_date=date(2016, 7, 1)), "pledge-target-country/SG"),
    ],
)
def test_a_command_is_decided_on_the_stream_of_what_it_is_about(command: Command, stream: str) -> None:
    assert command.stream == stream
