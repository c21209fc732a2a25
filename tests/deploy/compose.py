"""The compose file as it is read, and rules for it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import yaml

from daicho.contracts.files import CHECKOUT
from daicho.programs import SERVICES
from shared.runtime.settings import PREFIX
from tests.deploy import known
from tests.deploy.pod_rules import PINNED

Compose = dict[str, Any]
Rule = Callable[[Compose], Iterator[str]]

FILE: Final = CHECKOUT / "docker-compose.yml"
JOBS: Final = ("topics", *(f"{name}-migrate" for name in SERVICES))
PORT: Final = re.compile(r"^127\.0\.0\.1:\$\{([A-Z]+_PORT):-(\d+)\}:(\d+)$")
VARIABLE: Final = re.compile(r"\$\{\w+:-([^}]*)\}")
CHECKED_BY_ITS_IMAGE: Final = {"issuer"}


def read() -> Compose:
    return dict(yaml.safe_load(FILE.read_text()))


def filled(settings: Mapping[str, str]) -> dict[str, str]:
    """With the defaults of variables that nobody has set."""
    return {name: VARIABLE.sub(r"\1", value) for name, value in settings.items()}


def images_are_pinned_or_built(compose: Compose) -> Iterator[str]:
    for name, service in compose["services"].items():
        if "image" in service and not PINNED.match(service["image"]):
            yield f"{name}: {service['image']} is not pinned"
        if "image" not in service and "build" not in service:
            yield f"{name} has no image"


def several_can_run_on_one_machine(compose: Compose) -> Iterator[str]:
    yield from (f"{name} has a fixed name" for name, each in compose["services"].items() if "container_name" in each)


def ports_are_for_this_machine_only(compose: Compose) -> Iterator[str]:
    taken: dict[str, str] = {}
    for name, service in compose["services"].items():
        for port in service.get("ports", ()):
            match = PORT.match(port)
            if match is None:
                yield f"{name}: {port} is not 127.0.0.1:${{NAME_PORT:-number}}:number"
                continue
            for each in match.group(1, 2):
                if each in taken:
                    yield f"{name} and {taken[each]} want {each}"
                taken[each] = name


def everything_is_checked(compose: Compose) -> Iterator[str]:
    for name, service in compose["services"].items():
        check = service.get("healthcheck", {})
        if name in JOBS:
            if check != {"disable": True}:
                yield f"{name} ends, so there is nothing to check"
        elif not check.get("test") and name not in CHECKED_BY_ITS_IMAGE:
            yield f"{name} is not checked"


def everything_waits_for_what_it_needs(compose: Compose) -> Iterator[str]:
    for name, service in compose["services"].items():
        needed = service.get("depends_on", {})
        for other, how in needed.items():
            wanted = "service_completed_successfully" if other in JOBS else "service_healthy"
            if other not in compose["services"] or how != {"condition": wanted}:
                yield f"{name} does not wait for {other} as it must"
        missing = _needs(name) - needed.keys()
        yield from (f"{name} does not wait for {other}" for other in sorted(missing))


def _needs(name: str) -> set[str]:
    if name in SERVICES:
        return {"topics", f"{name}-migrate", "kafka", "postgres", "issuer"}
    return {"kafka"} if name == "topics" else {"postgres"} if name in JOBS else set()


def variables_are_settings(compose: Compose) -> Iterator[str]:
    for name, service in compose["services"].items():
        unknown = {each for each in service.get("environment", {}) if each.startswith(PREFIX)} - known.VARIABLES
        yield from (f"{name}: {each} is no setting" for each in sorted(unknown))


def our_containers_may_do_little(compose: Compose) -> Iterator[str]:
    for name, service in compose["services"].items():
        if "build" not in service:
            continue
        if service.get("read_only") is not True or service.get("cap_drop") != ["ALL"] or service.get("privileged"):
            yield f"{name} may do more than it has to"
        if "no-new-privileges:true" not in service.get("security_opt", ()):
            yield f"{name} may gain privileges"


def a_job_does_what_it_is_called(compose: Compose) -> Iterator[str]:
    for name in JOBS:
        job = compose["services"].get(name, {})
        if job.get("command") != [name.rpartition("-")[2]] or job.get("restart") != "no":
            yield f"{name} does something else"


def a_service_and_its_job_are_of_one_image(compose: Compose) -> Iterator[str]:
    for name in SERVICES:
        pair = [compose["services"][each] for each in (name, f"{name}-migrate")]
        if {each["build"]["args"]["SERVICE"] for each in pair} != {name}:
            yield f"{name} is built as something else"
        if pair[0]["environment"] != pair[1]["environment"]:
            yield f"{name} and its migration have other settings"


RULES: Final[tuple[Rule, ...]] = (
    images_are_pinned_or_built,
    several_can_run_on_one_machine,
    ports_are_for_this_machine_only,
    everything_is_checked,
    everything_waits_for_what_it_needs,
    variables_are_settings,
    our_containers_may_do_little,
    a_job_does_what_it_is_called,
    a_service_and_its_job_are_of_one_image,
)
