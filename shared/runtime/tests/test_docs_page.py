"""The page of the API's description needs no other server, and lets none in."""

import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import httpx
import pytest

from shared.runtime.tests.sample import sample_app

PAGE: Final = "http://service.example.com/prefix/docs"
QUOTED: Final = re.compile(r"""["'](\S*?://\S*?)["']""")


class Asked(HTMLParser):
    """The addresses that a browser asks for when it is shown the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [address for name, address in attrs if name in {"src", "href"} and address]


async def get(path: str) -> httpx.Response:
    transport = httpx.ASGITransport(sample_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://service.example.com") as client:
        return await client.get(path)


async def test_everything_on_the_page_is_this_services_own_and_there() -> None:
    page = await get("/docs")
    assert page.status_code == 200
    addresses = Asked(page.text).addresses
    assert {address.rpartition(".")[2] for address in addresses} == {"css", "js", "png"}
    for address in [*addresses, "openapi.json"]:
        assert urljoin(PAGE, address).startswith("http://service.example.com/prefix/")
        assert (await get(f"/{address}")).status_code == 200
    assert QUOTED.findall(page.text) == []


async def test_the_page_describes_this_service() -> None:
    page = await get("/docs")
    assert "<title>Sample</title>" in page.text
    assert "url: 'openapi.json'" in page.text


async def test_the_page_may_ask_nobody_else_and_runs_no_other_script() -> None:
    policy = (await get("/docs")).headers["Content-Security-Policy"]
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert (directives["default-src"], directives["connect-src"]) == ("'none'", "'self'")
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/]{43}='", directives["script-src"])


@pytest.mark.parametrize("path", ["/docs/assets/nothing.js", "/docs/assets/../../app.py", "/docs/assets/"])
async def test_what_is_not_an_asset_is_a_problem(path: str) -> None:
    answer = await get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


async def test_the_description_says_nothing_of_the_page() -> None:
    described = (await get("/openapi.json")).json()["paths"]
    assert not [path for path in described if path.startswith("/docs")]
