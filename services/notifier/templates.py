"""What mails say, in Japanese and English: which slip or incident, due when, what to do, where. Nobody is named in it.

The only name is that of the greeting, which stands in the body: no header holds anything of a person but his address.
"""

from datetime import date, datetime
from typing import Final

from shared.events.notifier import NotificationQueued, Template
from shared.law.calendar import JAPAN

Words = tuple[str, str]
"""Subject and what to do."""

_JA: Final[dict[Template, Words]] = {
    Template.INSPECTION_DUE: (
        "【点検】管理票 {reference} の点検期限は {due} です",
        "管理票 {reference} を点検し、{due} までに結果を提出してください。",
    ),
    Template.INSPECTION_OVERDUE: (
        "【期限超過】管理票 {reference} の点検が済んでいません",
        "管理票 {reference} の点検期限 {due} が過ぎています。至急点検してください。",
    ),
    Template.EMERGENCY_INSPECTION: (
        "【緊急点検】管理票 {reference}({due} まで)",
        "事故に伴い、管理票 {reference} の緊急点検が必要です。{due} までに点検してください。",
    ),
    Template.CUSTODIAN_VACATED: (
        "【担当者不在】管理票 {reference}",
        "管理票 {reference} の取扱担当者が異動・退職・休職により不在となりました。後任を指定してください。",
    ),
    Template.PLEDGE_REQUESTED: (
        "【誓約】{reference} 個人情報取扱いの誓約のお願い({due} まで)",
        "{reference} の個人情報取扱いに関する誓約書を読み、{due} までに署名してください。",
    ),
    Template.PLEDGE_OVERDUE: (
        "【期限超過】{reference} の誓約が済んでいません",
        "誓約書の署名期限 {due} が過ぎています。至急署名してください。",
    ),
    Template.PLEDGES_OUTSTANDING: (
        "【部門】誓約が未了の方が {count} 名います",
        "部門 {unit} で、期限 {due} の誓約が未了の方が {count} 名います。一覧を確認し、本人に働きかけてください。",
    ),
    Template.TRAINING_ASSIGNED: (
        "【研修】{reference} の受講のお願い({due} まで)",
        "研修 {reference} を {due} までに修了してください。",
    ),
    Template.TRAINING_OVERDUE: (
        "【期限超過】研修 {reference} が修了していません",
        "研修 {reference} の期限 {due} が過ぎています。至急受講してください。",
    ),
    Template.TRAININGS_OUTSTANDING: (
        "【部門】研修が未了の件が {count} 件あります",
        "部門 {unit} で、期限 {due} の研修が {count} 件未了です。一覧を確認し、本人に働きかけてください。",
    ),
    Template.INCIDENT_FOR_SUPERVISOR: (
        "【至急】事故報告 {reference}",
        "あなたの部門から事故報告 {reference} がありました。直ちに確認し、受領を記録してください。",
    ),
    Template.INCIDENT_FOR_CONTACT_POINT: (
        "【至急】事故報告 {reference}",
        "事故報告 {reference} がありました。直ちに引き受け、評価を始めてください。",
    ),
    Template.OBLIGATION_APPROACHING: (
        "【期限接近】事故 {reference} の報告期限は {due} です",
        "事故 {reference} の報告 {item} の期限が近づいています。{due} より前に報告してください。",
    ),
    Template.OBLIGATION_MISSED: (
        "【期限徒過】事故 {reference} の報告期限が過ぎました",
        "事故 {reference} の報告 {item} が期限 {due} までに行われませんでした。直ちに対応してください。",
    ),
}
_EN: Final[dict[Template, Words]] = {
    Template.INSPECTION_DUE: (
        "Inspection of slip {reference} due on {due}",
        "Please inspect management slip {reference} and submit the result by {due}.",
    ),
    Template.INSPECTION_OVERDUE: (
        "Overdue: inspection of slip {reference}",
        "The inspection of management slip {reference} was due on {due}. Please see to it now.",
    ),
    Template.EMERGENCY_INSPECTION: (
        "Emergency inspection of slip {reference} by {due}",
        "Because of an incident, management slip {reference} must be inspected out of turn, by {due}.",
    ),
    Template.CUSTODIAN_VACATED: (
        "Nobody in charge: slip {reference}",
        "Whoever was in charge of slip {reference} was transferred, left, or is on leave. Please name somebody else.",
    ),
    Template.PLEDGE_REQUESTED: (
        "Your pledge for {reference}, by {due}",
        "Please read the {reference} pledge on the handling of personal information and sign it by {due}.",
    ),
    Template.PLEDGE_OVERDUE: (
        "Overdue: your pledge for {reference}",
        "Your pledge was due on {due}. Please sign it now.",
    ),
    Template.PLEDGES_OUTSTANDING: (
        "{count} pledges of your unit are outstanding",
        "In unit {unit}, {count} pledges due on {due} are not signed. Please look at the list and talk to them.",
    ),
    Template.TRAINING_ASSIGNED: (
        "Course {reference} to be completed by {due}",
        "Please complete the course {reference} by {due}.",
    ),
    Template.TRAINING_OVERDUE: (
        "Overdue: course {reference}",
        "The course {reference} was due on {due}. Please take it now.",
    ),
    Template.TRAININGS_OUTSTANDING: (
        "{count} courses of your unit are outstanding",
        "In unit {unit}, {count} courses due on {due} are not completed. Please look at the list and talk to them.",
    ),
    Template.INCIDENT_FOR_SUPERVISOR: (
        "Urgent: incident {reference} was reported",
        "Incident {reference} was reported in your division. Please look at it at once and record that you took note.",
    ),
    Template.INCIDENT_FOR_CONTACT_POINT: (
        "Urgent: incident {reference} was reported",
        "Incident {reference} was reported. Please take it over at once and begin the assessment.",
    ),
    Template.OBLIGATION_APPROACHING: (
        "Incident {reference}: report due before {due}",
        "The report {item} of incident {reference} is due soon. Please file it before {due}.",
    ),
    Template.OBLIGATION_MISSED: (
        "Incident {reference}: a deadline was missed",
        "The report {item} of incident {reference} was not filed before {due}. Please act at once.",
    ),
}
_FRAME: Final = {
    "ja": "{greeting} 様\n\n{words}\n\n{link}\n\nこのメールは台帳システムから自動送信されています。\n",
    "en": "Dear {greeting},\n\n{words}\n\n{link}\n\nThis mail was sent by Daicho by itself. Nobody reads replies.\n",
}
_WORDS: Final = {"ja": _JA, "en": _EN}
PATHS: Final = {
    "inspection": "/v1/inspections?slip_id={name}",
    "slip": "/v1/slips/{name}",
    "pledge": "/v1/pledges/{name}",
    "assignment": "/v1/assignments/{name}",
    "incident": "/v1/incidents/{name}",
    "unit": "/v1/tasks",
}


def written(queued: NotificationQueued, name: str, locale: str, links: str = "") -> Words:
    """Subject and text of a notice; every language but Japanese is English."""
    language = "ja" if locale.startswith("ja") else "en"
    subject, words = _WORDS[language][queued.template]
    facts = _facts(queued)
    link = links + path_of(queued.matter)
    text = _FRAME[language].format(greeting=one_line(name), words=words.format(**facts), link=link)
    return one_line(subject.format(**facts)), text


def path_of(matter: str) -> str:
    """Where the matter is looked up, below the address of the service that has it."""
    kind, _, name = matter.partition("/")
    return PATHS.get(kind, "/v1/tasks").format(name=name.partition("/")[0] if kind == "inspection" else name)


def one_line(text: str) -> str:
    """Names come from outside: no line end, no control character goes into a mail's frame."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _facts(queued: NotificationQueued) -> dict[str, object]:
    return {
        "reference": queued.reference or queued.matter.partition("/")[2],
        "item": (queued.item or "").rpartition(".")[2],
        "unit": queued.org_unit_id or "",
        "count": queued.count or 0,
        "due": _day(queued.due_at or queued.due_date),
    }


def _day(due: datetime | date | None) -> str:
    if isinstance(due, datetime):
        return f"{due.astimezone(JAPAN):%Y-%m-%d %H:%M}"
    return due.isoformat() if due else "-"
