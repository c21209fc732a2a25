"""Bugs in what all services promise: replays, rebuilds, old events, erasures, background work, once and no more."""

from typing import Final

from tests.faults.planted import Planted

_DIGEST: Final = "services/audit/tests/test_determinism.py::test_no_machine_changes_the_digest"

REPLAYS: Final = (
    Planted(
        "a history keeps the order of its arrival",
        "services/audit/domain/history.py",
        (('tuple(sorted(first.values(), key=attrgetter("order")))', "tuple(first.values())"),),
        _DIGEST,
    ),
    Planted(
        "evidence stands in the order of a set",
        "services/audit/rules/framework.py",
        (
            (
                "tuple(dict.fromkeys(ref for each in held for ref in each.because))",
                "tuple({r for h in held for r in h.because})",
            ),
        ),
        _DIGEST,
    ),
    Planted(
        "the machine's zone says what day it is",
        "shared/law/calendar.py",
        (("instant.astimezone(JAPAN).date()", "instant.astimezone().date()"),),
        _DIGEST,
    ),
)

_REBUILD: Final = "shared/runtime/reading/rebuild.py"
_NEVER_EMPTY: Final = "services/training/tests/test_rebuild.py::test_a_list_is_never_empty_while_its_view_is_built_anew"
_CREATE_NEXT: Final = '    await connection.execute(f"CREATE TABLE {table}{NEXT} (LIKE {table} INCLUDING ALL)")\n'
_REMIND: Final = (
    "            told = \"INSERT INTO due (id, at, command) VALUES ($1, now() + '99 years', '{}')\"\n"
    "            await connection.execute(told, view.name)\n"
)
_COUNT: Final = '            return int(await connection.fetchval(f"SELECT count(*) FROM {view.table.name}"))\n'

REBUILDS: Final = (
    Planted(
        "a view is switched to before it has caught up",
        _REBUILD,
        (("AND coalesce(next.next, 0) < live.next", "AND coalesce(next.next, 0) < 0"),),
        _NEVER_EMPTY,
    ),
    Planted(
        "the live rows go before the next build is made",
        _REBUILD,
        ((_CREATE_NEXT, _CREATE_NEXT + '    await connection.execute(f"DELETE FROM {table}")\n'),),
        _NEVER_EMPTY,
    ),
    Planted(
        "a view that is built anew is put on the calendar",
        _REBUILD,
        ((_COUNT, _REMIND + _COUNT),),
        "services/training/tests/test_rebuild.py::test_a_view_built_anew_equals_the_live_one_and_causes_nothing",
    ),
    Planted(
        "a view of notices that is built anew is put on the calendar",
        _REBUILD,
        ((_COUNT, _REMIND + _COUNT),),
        "services/notifier/tests/test_rebuild.py"
        "::test_every_view_built_anew_equals_the_live_one_and_tells_nobody_anything",
    ),
)

_CORPUS: Final = "tests/contracts/test_corpus.py"

CONTRACTS: Final = (
    Planted(
        "a field of a released event is renamed",
        "shared/events/training.py",
        (("    consent_text_hash: Sha256\n", "    text_hash: Sha256\n"),),
        f"{_CORPUS}::test_a_sample_is_read",
    ),
    Planted(
        "a field of a released event is left out",
        "shared/events/training.py",
        (("    method: SigningMethod\n", ""),),
        f"{_CORPUS}::test_nothing_of_a_sample_is_lost_when_it_is_written_again",
    ),
    Planted(
        "a number of a released event becomes a text",
        "shared/events/ledger.py",
        (("Months = Annotated[int, Field(ge=1, le=120)]", "Months = Annotated[str, Field(max_length=3)]"),),
        f"{_CORPUS}::test_a_sample_is_read",
    ),
)

_NARRATIVES: Final = "services/incidents/narratives.py"
_INCIDENTS: Final = "services/incidents/tests/test_api.py"
_CONTACTS: Final = "services/notifier/views/contacts.py"
_FORGOTTEN: Final = (
    "services/notifier/tests/test_contacts.py::test_the_last_word_on_a_person_counts_and_an_erasure_leaves_nothing"
)

ERASURES: Final = (
    Planted(
        "an erasure keeps the key",
        _NARRATIVES,
        (('        await connection.execute("DELETE FROM incident_key WHERE incident_id = $1", incident_id)\n', ""),),
        f"{_INCIDENTS}::test_after_the_erasure_nobody_reads_the_texts_and_the_proofs_stay",
    ),
    Planted(
        "what a text is about is kept with its first words",
        _NARRATIVES,
        (
            (
                "return draft.ref, incident_id, draft.about, ",
                'return draft.ref, incident_id, f"{draft.about}: {draft.text}", ',
            ),
        ),
        f"{_INCIDENTS}::test_the_text_of_a_report_stands_nowhere_in_clear_and_can_be_read",
    ),
    Planted(
        "who was erased is kept",
        _CONTACTS,
        (("[person for person, what in last.items() if what is None]", "[]"),),
        _FORGOTTEN,
    ),
    Planted(
        "a contact that can not be read is quoted",
        _CONTACTS,
        (("{fault['type']}\"", "{fault['type']} {fault['input']}\""),),
        _FORGOTTEN,
    ),
)

_TASKS: Final = "shared/runtime/tasks.py"
_TASKS_TEST: Final = "shared/runtime/tests/test_tasks.py"
_ENDED: Final = "                raise Ended(task.name)  # noqa: TRY301 - to return is one more way to fail\n"

TASKS: Final = (
    Planted(
        "a task that stays dead is not missed",
        _TASKS,
        (("if task.dead or (task.runner and task.runner.done())]", "if task.dead and not task.runner]"),),
        f"{_TASKS_TEST}::test_a_consumer_that_stays_dead_fails_liveness",
    ),
    Planted(
        "a task that returns has done its work",
        _TASKS,
        ((_ENDED, "                return\n"),),
        f"{_TASKS_TEST}::test_a_consumer_that_stays_dead_fails_liveness",
    ),
    Planted(
        "nobody counts how often a task was begun again",
        _TASKS,
        (("            RESTARTS.labels(task.name).inc()\n", ""),),
        f"{_TASKS_TEST}::test_a_task_that_dies_is_begun_again_and_counted",
    ),
)

_TOGETHER: Final = (
    "connection, events, due=due, claim=request.claim, answer=answer, recorded_at=self._clock.now()\n            )\n"
)
_APART: Final = (
    "connection, events, due=due\n            )\n"
    "        await self._store.append(\n"
    "            connection, (), claim=request.claim, answer=answer, recorded_at=self._clock.now()\n"
    "        )\n"
)

ONCE: Final = (
    Planted(
        "an idempotency key is stored after its events",
        "shared/runtime/writing/commands.py",
        ((_TOGETHER, _APART),),
        "tests/faults/test_reports_once.py::test_of_fifty_equal_reports_and_a_kill_one_has_an_effect[short]",
    ),
)

IN_SERVICES: Final = (*REPLAYS, *REBUILDS, *CONTRACTS, *ERASURES, *TASKS, *ONCE)
