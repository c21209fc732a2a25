"""Who is in charge of a holding, and where it is kept (F7, F23)."""

from typing import TypeAlias, assert_never

from services.ledger.domain.slip_commands import AssignCustodian, ReleaseCustodian, SetStorage, VacateCustodian
from services.ledger.domain.slip_states import Active, managers
from shared.decider import Rejected
from shared.events.ledger import (
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipStorageSet,
    SlipTold,
)

CustodyCommand: TypeAlias = AssignCustodian | ReleaseCustodian | VacateCustodian | SetStorage


def decide_custody(command: CustodyCommand, slip: Active) -> list[SlipTold]:
    match command:
        case AssignCustodian():
            return _assign(command, slip)
        case ReleaseCustodian():
            return _release(command, slip)
        case VacateCustodian():
            return _vacate(command, slip)
        case SetStorage():
            return _store(command, slip)
        case _:
            assert_never(command)


def _assign(assign: AssignCustodian, slip: Active) -> list[SlipTold]:
    before = slip.custodian(assign.person_id)
    if before is not None and before.role is assign.role:
        return []
    _check_somebody_stays(slip, assign.person_id)
    assigned = SlipCustodianAssigned(
        slip_id=slip.slip_id,
        person_id=assign.person_id,
        role=assign.role,
        since=assign.on,
        backdated=assign.backdated(),
        late_reason=assign.late_reason,
    )
    return [assigned]


def _release(release: ReleaseCustodian, slip: Active) -> list[SlipTold]:
    before = slip.custodian(release.person_id)
    if before is None:
        return []
    _check_somebody_stays(slip, release.person_id)
    released = SlipCustodianReleased(
        slip_id=slip.slip_id,
        person_id=release.person_id,
        role=before.role,
        backdated=release.backdated() or None,
        late_reason=release.late_reason,
    )
    return [released]


def _check_somebody_stays(slip: Active, going: str) -> None:
    """National ID numbers are never left alone by our own doing; that somebody leaves can not be refused."""
    if slip.details.specific_pi and managers(slip.details) == {going}:
        raise Rejected("name another manager in charge of the National ID numbers first", "last-manager")


def _vacate(vacate: VacateCustodian, slip: Active) -> list[SlipTold]:
    before = slip.custodian(vacate.person_id)
    if before is None:
        return []
    return [SlipCustodianVacated(slip_id=slip.slip_id, person_id=vacate.person_id, role=before.role)]


def _store(store: SetStorage, slip: Active) -> list[SlipTold]:
    if store.storage == slip.details.storage:
        return []
    backdated = store.backdated()
    stored = SlipStorageSet(
        slip_id=slip.slip_id, storage=store.storage, backdated=backdated, late_reason=store.late_reason
    )  # fmt: skip
    return [stored]
