"""What the papers show is run, as they show it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from connector_host import hookspecs
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.server import serve

ROOT = Path(__file__).parents[2]


@pytest.fixture
def connection() -> Iterator[MemoryConnection]:
    """A connection to a local org on loopback."""
    org = open_org()
    with serve(org) as url:
        settings = {**app_settings(org, "automation"), "my_domain_url": url, "local_org": True}
        yield MemoryConnection("client_credentials", settings)
    org.close()


def snippets(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_the_readmes_thirty_lines_embed_the_connector(connection: MemoryConnection) -> None:
    (snippet,) = snippets("README.md")
    assert len(snippet.splitlines()) <= 30
    names: dict[str, Any] = {"your_hookspecs": hookspecs, "connection": connection}
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102 - our own page
    assert names["report"]["ok"]
    assert names["result"]["output"]["id"].startswith("001")
    names["manager"].hook.close_connection(
        connector="salesforce", connection=connection, revoke=True
    )


def test_the_connection_of_the_embedding_page_is_all_that_a_run_needs(
    connection: MemoryConnection,
) -> None:
    output, stored = snippets("docs/embedding.md")
    names: dict[str, Any] = {}
    exec(compile(output, "docs/embedding.md", "exec"), names)  # noqa: S102 - our own page
    exec(compile(stored, "docs/embedding.md", "exec"), names)  # noqa: S102 - our own page
    own = names["StoredConnection"]("1", connection.method, connection.settings)
    result = names["registry"].call(
        "salesforce",
        "run_action",
        action="list_objects",
        connection=own,
        inputs={"search": "account"},
        context={},
    )
    assert "Account" in [target["name"] for target in result["output"]["objects"]]


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_of_the_readme_exists() -> None:
    """`make` targets and `salesforce-connector` commands that the README names are there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, flags=re.MULTILINE)) <= targets
    expected = {"connect", "test", "run", "actions", "connections", "plugins", "manifest", "org"}
    assert (
        set(re.findall(r"^ *salesforce-connector ([a-z]+)", text, flags=re.MULTILINE)) <= expected
    )
