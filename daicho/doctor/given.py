"""Whether the servers answer that the environment points to."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from daicho.doctor.finding import Finding, fault, well
from daicho.embedded.databases import run_sql
from daicho.embedded.given import plain_dsn
from daicho.embedded.ports import answers


def database() -> Iterator[Finding]:
    url = os.environ.get("DAICHO_DATABASE_URL")
    if not url:
        return
    where = urlsplit(url).hostname
    try:
        may_create = run_sql(
            plain_dsn(url), "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the server is the finding
        what = f"DAICHO_DATABASE_URL: the server at {where} does not answer: {error or type(error).__name__}"
        yield fault(what, "start it, mend the address, or unset the variable to have a local process")
        return
    if may_create[0][0]:
        yield well(f"PostgreSQL at {where} answers")
    else:
        yield fault(f"DAICHO_DATABASE_URL: this user of {where} may not create databases", "ALTER ROLE … CREATEDB")


def broker() -> Iterator[Finding]:
    """One of several is enough."""
    servers = os.environ.get("DAICHO_KAFKA_BOOTSTRAP_SERVERS")
    if not servers:
        return
    if any(_answers(server.strip()) for server in servers.split(",")):
        yield well(f"Kafka at {servers} answers")
    else:
        what = f"DAICHO_KAFKA_BOOTSTRAP_SERVERS: no broker answers at {servers}"
        yield fault(what, "start it, mend the address, or unset the variable to have a local process")


def _answers(server: str) -> bool:
    host, _, port = server.rpartition(":")
    return port.isdigit() and answers(host, int(port))
