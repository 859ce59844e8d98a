"""Every page: accessible in light and dark, by keyboard, quick, and no wider than a phone."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from studio.conftest import PAGE, Studio

AXE = Path(__file__).parents[2] / "studio" / "node_modules" / "axe-core" / "axe.min.js"
PATHS = {
    "connectors": "/connectors",
    "connector": "/connectors/salesforce",
    "connections": "/connections",
    "add a connection": "/connections/new/salesforce",
    "connection": "/connections/automation",
    "app profiles": "/app-profiles",
    "actions": "/actions/salesforce",
    "read": "/actions/salesforce/query?connection=automation",
    "find": "/actions/salesforce/find_records?connection=automation",
    "write": "/actions/salesforce/create_record?connection=automation",
    "many": "/actions/salesforce/bulk_write?connection=automation",
    "triggers": "/triggers",
    "trigger": "/triggers/salesforce/record_created?connection=automation",
    "runs": "/runs",
    "audit": "/runs?view=audit",
    "limits": "/limits",
    "local org": "/sandboxes/local-org",
}


@pytest.fixture
def filled(studio: Studio) -> Studio:
    """A studio with connections, a run and an app profile."""
    from connector_host.registry import Registry
    from connector_host.runner import Runner

    studio.org.start()
    runner = Runner(Registry.load(), studio.store)
    for sample in studio.org.samples(f"{studio.url}/callback"):
        if sample["name"] == "automation":
            settings = {**sample["settings"], **sample["app_settings"]}
            runner.connect("automation", "salesforce", sample["method"], settings)
    runner.test("automation")
    runner.run("automation", "query", {"soql": "SELECT Id FROM Account"})
    studio.store.apps.add(
        "ours", connector="salesforce", settings={"consumer_key": "3MVG9"}, secrets={}
    )
    return studio


def findings(page: Any) -> list[str]:
    """Return axe's serious and critical findings."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{record['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for record in result
        if record["impact"] in {"serious", "critical"}
        for node in record["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_serious_findings(
    filled: Studio, open_page: Callable[..., Any], scheme: str
) -> None:
    page = open_page(filled.entrance, color_scheme=scheme)
    problems = []
    for name, path in PATHS.items():
        page.goto(filled.url + path)
        page.wait_for_selector("h1")
        page.wait_for_load_state("networkidle")
        problems += [f"{name}: {finding}" for finding in findings(page)]

    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_studio_has_no_serious_findings(
    studio: Studio, open_page: Callable[..., Any], scheme: str
) -> None:
    page = open_page(studio.entrance, color_scheme=scheme)
    problems = []
    for path in ("/connections", "/actions", "/triggers", "/runs", "/limits", "/app-profiles"):
        page.goto(studio.url + path)
        page.wait_for_selector("h1")
        page.wait_for_load_state("networkidle")
        problems += [f"{path}: {finding}" for finding in findings(page)]

    assert not problems, "\n".join(problems)


def test_no_page_is_wider_than_a_phone(filled: Studio, open_page: Callable[..., Any]) -> None:
    page = open_page(filled.entrance)
    page.set_viewport_size({"width": 390, "height": 844})
    wide = []
    for name, path in PATHS.items():
        page.goto(filled.url + path)
        page.wait_for_selector("h1")
        page.wait_for_load_state("networkidle")
        width = page.evaluate("document.documentElement.scrollWidth")
        wide += [f"{name}: {width}"] if width > 390 else []

    assert wide == []


def test_a_query_is_run_by_keyboard_alone(filled: Studio, open_page: Callable[..., Any]) -> None:
    page = open_page(filled.entrance)
    page.goto(f"{filled.url}/actions/salesforce?connection=automation")
    page.get_by_role("searchbox", name="Find an action").wait_for()

    def tab_to(name: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            label = page.evaluate(
                "() => { const e = document.activeElement; return e.getAttribute('aria-label') "
                "|| (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent; }"
            )
            if re.match(name, label.strip()):
                return
        pytest.fail(f"The tab key does not reach {name!r}.")

    tab_to("Find an action")
    page.keyboard.type("query records")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=re.compile("^SOQL")).wait_for()
    tab_to("SOQL")
    page.keyboard.type("SELECT Name FROM Account")
    page.keyboard.press("Control+Enter")

    page.get_by_role("cell", name="Acme Corporation").wait_for()
    tab_to("Result")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "table"


def test_the_first_load_is_small_and_quick(
    studio: Studio,
    open_page: Callable[..., Any],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """All that the first page loads, and all there is with a form, compressed."""
    import gzip

    page = open_page(studio.entrance)
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)"
    )
    sizes = {
        f"/assets/{file.name}": len(gzip.compress(file.read_bytes()))
        for file in PAGE.parent.joinpath("assets").iterdir()
    }
    first = sum(sizes.get(path, 0) for path in loaded)
    record_testsuite_property("first_load_bytes", first)
    record_testsuite_property("all_bytes", sum(sizes.values()))
    assert first < 150_000
    assert sum(sizes.values()) < 300_000

    began = time.monotonic()
    page.goto(f"{studio.url}/connections")
    page.get_by_role("link", name="Add connection").wait_for()
    page.get_by_role("link", name="Add connection").click(trial=True)
    seconds = time.monotonic() - began
    record_testsuite_property("interactive_seconds", round(seconds, 2))
    assert seconds < 3  # 1 s on an idle machine; tests run on loaded ones


def test_two_thousand_choices_open_at_once_the_second_time(
    filled: Studio,
    open_page: Callable[..., Any],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    page = open_page(filled.entrance)
    options = [{"value": f"Object_{n}__c", "label": f"Object {n}"} for n in range(2_000)]
    page.route(
        "**/options/objects",
        lambda route: route.fulfill(json={"options": options, "next_page": None}),
    )
    page.goto(f"{filled.url}/actions/salesforce/create_record?connection=automation")
    box = page.get_by_role("combobox", name=re.compile("^Object"))
    box.click()
    page.get_by_role("option", name="Object 0").first.wait_for()
    page.keyboard.press("Escape")
    milliseconds = page.evaluate(
        """async () => {
          const box = document.querySelector('[role=combobox][id$=sobject]');
          const began = performance.now();
          box.click();
          while (!document.querySelector('[role=option]')) await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }"""
    )
    record_testsuite_property("opened_ms", round(milliseconds))
    assert milliseconds < 100
    assert page.get_by_role("option").count() < 60
