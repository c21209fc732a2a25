"""Notices over REST: one's own to take note of, one's people's to follow."""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request, Response

from services.notifier.api.shapes import NotificationShown, NotificationStanding
from services.notifier.domain.notification import Notification, Unqueued
from services.notifier.domain.notification_commands import AcknowledgeNotification
from services.notifier.queries import NotificationFilter, list_notifications, notification_keys
from services.notifier.views.notifications import NotificationRow
from shared.events.base import Identifier
from shared.organisation.directory import desk_of
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem

router: Final = api_router(tags=["notifications"])
NotificationIdInPath = Annotated[Identifier, Path(description="The id of a notice, as lists show it.")]


@router.get("/notifications", operation_id="list_notifications", summary="Notices the caller may see")
async def get_notifications(
    listing: Listed, wanted: Annotated[NotificationFilter, Depends()]
) -> Page[NotificationShown]:
    """One's own, mailed or not, and those for the people one answers for; the newest first."""
    async with listing.seen("notifications", "notification:read") as seen:
        rows = await list_notifications(seen, wanted)
    return listing.shown(rows, notification_keys, _of_row)


@router.get(
    "/notifications/{notification_id}",
    operation_id="get_notification",
    summary="One notice",
    response_model=NotificationStanding,
)
async def get_notification(
    request: Request, notification_id: NotificationIdInPath, caller: Caller, known: Known
) -> Response:
    """As it stands now: a caller always reads his own write."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        notification, version = await running.commands.state(connection, f"notification/{notification_id}")
        await _admission(request, caller, "notification:read")(connection, notification)
    return known.answer(version, lambda: _shown(notification, version))


@router.post(
    "/notifications/{notification_id}/acknowledgement",
    operation_id="acknowledge_notification",
    summary="Take note of a notice",
    response_model=NotificationStanding,
    responses=CHANGE_PROBLEMS,
)
async def acknowledge_notification(
    request: Request, notification_id: NotificationIdInPath, changing: Changing
) -> Response:
    """Only the recipient himself; a second time changes nothing."""
    reader = changing.principal.person_id
    if reader is None:
        raise Problem("forbidden", "a program takes note of nothing")
    command = AcknowledgeNotification(notification_id=notification_id, person_id=reader)
    admit = _admission(request, changing.principal, "notification:acknowledge")
    return await changing.make(command, admit=admit, show=_shown)


def _admission(request: Request, principal: Principal, action: str) -> Any:
    """Admits to a notice according to where its recipient is in post today."""
    running = running_of(request)

    async def admit(connection: Connection, notification: Notification) -> None:
        if isinstance(notification, Unqueued):
            raise Problem("not-found")
        person_id, day = notification.queued.recipient_person_id, running.clock.today()
        await desk_of(request).admit_to_person(connection, principal.subject, action, person_id, day)

    return admit


def _of_row(row: NotificationRow) -> NotificationShown:
    return NotificationShown.model_validate(row, from_attributes=True)


def _shown(notification: Notification, _version: int) -> NotificationStanding:
    if isinstance(notification, Unqueued):
        raise Problem("not-found")
    told = notification.queued
    return NotificationStanding(
        **told.model_dump(include=set(NotificationStanding.model_fields)),
        person_id=told.recipient_person_id,
        state=notification.post.value,
        attempts=notification.attempts,
        acknowledged=notification.acknowledged,
    )
