"""`.run/endpoints.json`: where everything of a running stack is, for other programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from daicho.personas import PERSONAS, Persona

FILE = "endpoints.json"


def write_endpoints(directory: Path, endpoints: dict[str, Any]) -> None:
    """Readable by its owner only, since it holds passwords and tokens; replaced as a whole."""
    draft = directory / f"{FILE}.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(endpoints, indent=2) + "\n")
    draft.replace(directory / FILE)


def read_endpoints(directory: Path) -> dict[str, Any] | None:
    """None while no stack is ready there."""
    try:
        document: dict[str, Any] = json.loads((directory / FILE).read_text())
    except FileNotFoundError:
        return None
    return document


def ask_token(issuer: str, persona: Persona) -> str:
    """A fresh token from the dev issuer."""
    return ask_tokens(issuer, {persona.person_id: persona})[persona.person_id]


def ask_tokens(issuer: str, personas: Mapping[str, Persona] = PERSONAS) -> dict[str, str]:
    """A fresh one for each."""
    with httpx.Client(base_url=issuer, trust_env=False, timeout=10) as client:
        return {name: _token(client, persona) for name, persona in personas.items()}


def _token(client: httpx.Client, persona: Persona) -> str:
    wanted = {"sub": persona.person_id, "client_id": persona.client_id}
    return str(client.post("/token", json=wanted).raise_for_status().json()["access_token"])
