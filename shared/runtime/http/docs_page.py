"""The page on which a person reads the description of the API and tries it out; nothing on it is another server's."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

PAGE: Final = "/docs"
ASSETS: Final = "docs/assets"
"""Relative to the page, as the description is: they are found behind any prefix."""
_FILES: Final = Path(fastapi_offline.__file__).parent / "static"
_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def install_docs_page(app: FastAPI) -> None:
    """Add the page and what it loads; no network but the reader's way to this service is needed."""
    page = _page(app.title)

    async def show(_: Request) -> HTMLResponse:
        return page

    app.mount(f"/{ASSETS}", StaticFiles(directory=_FILES))
    app.add_route(PAGE, show, include_in_schema=False)


def _page(title: str) -> HTMLResponse:
    page = get_swagger_ui_html(
        title=title,
        openapi_url="openapi.json",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None},
    )
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body))
    return page


def _policy(html: bytes) -> str:
    """Only this service is asked for anything, and only the script that the page itself holds runs beside its files."""
    scripts = " ".join(f"'sha256-{b64encode(sha256(each).digest()).decode()}'" for each in _SCRIPT.findall(html))
    return (
        f"default-src 'none'; connect-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
