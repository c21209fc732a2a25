"""What the code itself says: the settings it reads, the paths it answers, the Secrets that are asked for."""

from typing import Final

from daicho.programs import SERVICES
from services.incidents import narratives
from services.notifier import smtp
from shared.runtime.dev_issuer import issuer_app
from shared.runtime.settings import PREFIX, Settings
from shared.runtime.tasks import Tasks
from shared.runtime.watching import metrics
from shared.runtime.watching.health import Health, health_router

VARIABLES: Final = {PREFIX + name.upper() for name in Settings.model_fields} | {
    narratives.VARIABLE,
    smtp.URL,
    smtp.FROM,
    smtp.LINKS,
}

FOREIGN_PATHS: Final = {"mailpit": {"/livez", "/readyz"}}
"""What images that are not ours answer."""

SECRETS: Final = {
    "daicho": {"DAICHO_KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", "DAICHO_OIDC_ISSUER": "https://login.example.com"},
    **{name: {"DAICHO_DATABASE_URL": f"postgresql://{name}:secret@postgres/{name}"} for name in SERVICES},
}
"""What the base asks somebody to make, with values as they might be in production."""
SECRETS["incidents"][narratives.VARIABLE] = "ZGFpY2hvLWRldmVsb3BtZW50LW5hcnJhdGl2ZS1rZXk="
SECRETS["notifier"][smtp.URL] = "smtp://daicho:secret@mail.example.com:587"


def service_paths() -> set[str]:
    probes = {str(getattr(route, "path", "")) for route in health_router(Health(Tasks())).routes}
    return probes | {str(getattr(route, "path", "")) for route in metrics.router.routes}


def issuer_paths() -> set[str]:
    return {str(getattr(route, "path", "")) for route in issuer_app(None).routes}  # type: ignore[arg-type]


def answered(image: str) -> set[str]:
    """The paths that a container of this image answers."""
    name = image.rpartition("/")[2].partition(":")[0]
    if name == "daicho-issuer":
        return issuer_paths()
    return service_paths() if name.startswith("daicho-") else FOREIGN_PATHS.get(name, set())
