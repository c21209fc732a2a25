"""All checks, one after the other: a fault in one never hides the faults of the others."""

from pathlib import Path

from daicho.doctor import folder, given, machine
from daicho.doctor.finding import Finding


def diagnose(directory: Path) -> list[Finding]:
    checks = (
        machine.python_version(),
        machine.wheels(),
        machine.java(),
        machine.kafka_files(),
        machine.postgres_user(),
        machine.open_files(),
        machine.clock(),
        machine.disk(directory),
        folder.ports(directory),
        folder.data(directory),
        folder.leftovers(directory),
        given.database(),
        given.broker(),
    )
    return [finding for check in checks for finding in check]
