"""The questions audit answers over HTTP."""

from services.audit.api import compliance, events, replays

ROUTERS = (compliance.router, events.router, replays.router)
