"""What notifier's callers are shown."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.notifier.views.notifications import MailState
from shared.events.hr import Role
from shared.events.notifier import Channel, Template

TaskKind = Literal["inspect", "name-custodian", "sign-pledge", "complete-training", "report-incident"]


class NotificationShown(BaseModel):
    """Who was told of what. `state` is that of its mail; a notice for the inbox is `sent` by being here."""

    notification_id: str = Field(examples=["5f7c2b8e-3a40-5d0e-9c55-6a1f6d3f2b10"])
    person_id: str = Field(examples=["P7F3K2"])
    as_role: Role | None = Field(description="The seat he was told as; null where it is about himself.")
    channel: Channel
    template: Template
    step: str = Field(examples=["T-14"])
    matter: str = Field(examples=["inspection/S-2016-001/REG-1"])
    item: str | None
    reference: str | None = Field(examples=["S-2016-001"])
    company_id: str | None = Field(examples=["C01"])
    org_unit_id: str | None = Field(examples=["C01-D07"])
    due_date: date | None
    due_at: datetime | None
    count: int | None = Field(description="How many are outstanding, where a notice is about many.")
    state: MailState
    queued_at: datetime
    attempts: int = Field(examples=[1])
    acknowledged_at: datetime | None


class NotificationStanding(BaseModel):
    """A notice as its stream says, never behind."""

    notification_id: str = Field(examples=["5f7c2b8e-3a40-5d0e-9c55-6a1f6d3f2b10"])
    person_id: str = Field(examples=["P7F3K2"])
    as_role: Role | None
    channel: Channel
    template: Template
    step: str = Field(examples=["T-14"])
    matter: str = Field(examples=["inspection/S-2016-001/REG-1"])
    item: str | None
    reference: str | None = Field(examples=["S-2016-001"])
    due_date: date | None
    due_at: datetime | None
    count: int | None
    state: MailState
    attempts: int = Field(examples=[1])
    acknowledged: bool


class TaskShown(BaseModel):
    """Something that waits for a person, in whatever service."""

    task: TaskKind
    matter: str = Field(examples=["inspection/S-2016-001/REG-1"])
    reference: str | None = Field(examples=["S-2016-001"])
    company_id: str | None = Field(examples=["C01"])
    org_unit_id: str | None = Field(examples=["C01-D07"])
    due_date: date | None
    due_at: datetime | None
    overdue: bool
    link: str = Field(examples=["/v1/inspections?slip_id=S-2016-001"], description="On the service that has it.")
