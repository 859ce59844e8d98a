"""The page on the web API: its example runs, and its table names every route."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from connector_host.web.app import api_routes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "web-api.md"


def test_the_example_mounts_the_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - our own page

    async def ask(headers: dict[str, str]) -> int:
        transport = httpx.ASGITransport(names["app"])
        base = "http://workflows.example.com"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            answer = await client.get("/workflows/api/connections", headers=headers)
        return answer.status_code

    assert asyncio.run(ask({})) == 401
    assert asyncio.run(ask({"x-user": "ann"})) == 200
    names["store"].close()


def test_every_route_is_in_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    paths = {route.path.removeprefix("/api") for route in api_routes() if isinstance(route, Route)}

    assert len(paths) > 20
    for path in paths:
        *_, before, last = path.split("/")
        assert any(form in text for form in (path, f"`/{last}`", f".../{before}/{last}")), path
