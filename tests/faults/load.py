"""A client with a log of its own: people who sign and an HR system that hires, while the stack is being killed.

    python -m tests.faults.load ENDPOINTS LOG SECONDS

Every line of LOG is written and synced before (`intent`) and after (`ack`) each attempt, so that what was promised can
be compared with what is there. A request is repeated with the same Idempotency-Key until its answer is definite.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer

SIGNERS: Final = 6
HIRES_PER_SECOND: Final = 20
GIVE_UP_SECONDS: Final = 90.0
TEMPLATE: Final = "a" * 64


class ClientLog:
    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, **line: Any) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def hire(person_id: str, event_id: str) -> bytes:
    """As the HR system would write it: nothing of our code is used."""
    document = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/hr",
        "type": "hr.EmployeeHired.v1",
        "subject": f"person/{person_id}",
        "time": "2016-05-01T00:00:00+09:00",
        "recordedtime": "2016-04-20T00:00:00Z",
        "data": {
            "person_id": person_id,
            "person_kind": "EMPLOYEE",
            "employer_company_id": "C01",
            "org_unit_id": "C01-D01",
            "effective_date": "2016-05-01",
            "locale": "ja",
        },
    }
    return json.dumps(document).encode()


async def sign_all(
    endpoints: dict[str, Any], pledges: asyncio.Queue[dict[str, str]], log: ClientLog, until: float
) -> None:
    """One signer, who takes his share of the pledges in the given time, each until its answer is definite."""
    pause = max(0.0, (until - time.monotonic()) / max(1, pledges.qsize() // SIGNERS) * 0.8)
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        while not pledges.empty():
            pledge, key = pledges.get_nowait(), str(uuid4())
            headers = {"Authorization": f"Bearer {await token(client, endpoints, pledge['person_id'])}"}
            log.write(kind="intent", pledge=pledge["pledge_id"], key=key)
            status = await until_definite(client, endpoints, pledge, headers | {"Idempotency-Key": key})
            log.write(kind="ack", pledge=pledge["pledge_id"], key=key, status=status)
            await asyncio.sleep(pause)


async def token(client: httpx.AsyncClient, endpoints: dict[str, Any], person_id: str) -> str:
    answer = await client.post(f"{endpoints['issuer']}/token", json={"sub": f"person/{person_id}", "client_id": "load"})
    return str(answer.json()["access_token"])


async def until_definite(
    client: httpx.AsyncClient, endpoints: dict[str, Any], pledge: dict[str, str], headers: dict[str, str]
) -> int:
    """The status of the first answer that says yes or no; a lost connection and a 5xx say neither."""
    body = {
        "template_hash": TEMPLATE,
        "language": "ja",
        "consent_text_hash": "b" * 64,
        "method": "SSO",
        "pages_viewed": 3,
        "page_count": 3,
    }
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        try:
            url = f"{endpoints['training']}/v1/pledges/{pledge['pledge_id']}/signature"
            answer = await client.post(url, json=body, headers=headers)
        except httpx.HTTPError:
            await asyncio.sleep(0.05)
            continue
        if answer.status_code < 500 and not (answer.status_code == 409 and "in-progress" in answer.text):
            return answer.status_code
        await asyncio.sleep(0.05)
    return 0


async def tell_hires(endpoints: dict[str, Any], log: ClientLog, until: float) -> None:
    """Hire at a steady pace; what Kafka acknowledged is promised, what it did not is sent again."""
    producer = AIOKafkaProducer(
        bootstrap_servers=endpoints["kafka"], acks="all", enable_idempotence=True, request_timeout_ms=60_000
    )  # fmt: skip
    await producer.start()
    try:
        while time.monotonic() < until:
            person_id, event_id = f"H-{uuid4().hex[:10]}", str(uuid4())
            log.write(kind="intent", hire=person_id)
            await producer.send_and_wait("hr.events", hire(person_id, event_id), key=f"person/{person_id}".encode())
            log.write(kind="ack", hire=person_id)
            await asyncio.sleep(1 / HIRES_PER_SECOND)
    finally:
        await producer.stop()


async def open_pledges(endpoints: dict[str, Any]) -> list[dict[str, str]]:
    """Every pledge there is to sign, page by page, as the office sees them."""
    found: list[dict[str, str]] = []
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        headers = {"Authorization": f"Bearer {await token(client, endpoints, 'P-OFFICE')}"}
        cursor = None
        while True:
            query: dict[str, str | int] = {"limit": 200, "state": "requested", **({"cursor": cursor} if cursor else {})}
            page = (await client.get(f"{endpoints['training']}/v1/pledges", params=query, headers=headers)).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found


async def main(endpoints: dict[str, Any], file: TextIO, seconds: float) -> None:
    pledges: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    for pledge in await open_pledges(endpoints):
        pledges.put_nowait(pledge)
    log, until = ClientLog(file), time.monotonic() + seconds
    signers = [sign_all(endpoints, pledges, log, until) for _ in range(SIGNERS)]
    await asyncio.gather(tell_hires(endpoints, log, until), *signers)
    log.write(kind="end")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("a") as client_log:
        asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), client_log, float(sys.argv[3])))
