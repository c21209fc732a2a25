"""Run as a script in the place of a service (`migrate`, `topics`, `serve`) or of the dev issuer (`--port N …`)."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from daicho.embedded.databases import run_sql

READY = {"/readyz", "/.well-known/openid-configuration"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200 if self.path in READY else 404, {"pid": os.getpid()})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(200, {"access_token": f"token of {asked['sub']}"})

    def _answer(self, code: int, document: dict[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def listen(port: int) -> None:
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def main(verb: str) -> None:
    if verb == "migrate":
        run_sql(os.environ["DAICHO_DATABASE_URL"], "CREATE TABLE IF NOT EXISTS migrated (at int)")
    elif verb == "topics":
        assert os.environ["DAICHO_KAFKA_BOOTSTRAP_SERVERS"]
    elif verb == "serve":
        listen(int(os.environ["DAICHO_PORT"]))
    elif verb == "--port":
        Path(sys.argv[4]).mkdir(exist_ok=True)
        listen(int(sys.argv[2]))
    else:
        sys.exit(f"unknown verb {verb}")


if __name__ == "__main__":
    main(sys.argv[1])
