"""Actions in a real browser: live forms, runs, results, cancel, errors in their place."""

import ast
import json
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from studio.conftest import Studio

import connector_host

SCRIPT = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"


@pytest.fixture
def automation(studio: Studio) -> str:
    """The name of a connection to the local org that needs no person."""
    studio.org.start()
    samples = studio.org.samples(f"{studio.url}/callback")
    sample = next(sample for sample in samples if sample["name"] == "automation")
    runner = _runner(studio)
    settings = {**sample["settings"], **sample["app_settings"]}
    runner.connect("automation", "salesforce", sample["method"], settings)
    return "automation"


def _runner(studio: Studio) -> Any:
    from connector_host.runner import Runner

    return Runner(_registry(), studio.store)


def _run(studio: Studio, action: str, inputs: dict[str, Any]) -> Any:
    """Run an action as another process would, and leave no socket open."""
    runner = _runner(studio)
    result = runner.run("automation", action, inputs)
    runner.close("automation")
    return result


def _registry() -> Any:
    from connector_host.registry import Registry

    return Registry.load()


@pytest.fixture
def open_action(studio: Studio, page: Any, automation: str) -> Callable[[str], Any]:
    def open_action(name: str) -> Any:
        page.goto(f"{studio.url}/actions/salesforce/{name}?connection={automation}")
        page.get_by_role("button", name="Run").wait_for()
        return page

    return open_action


def choose(page: Any, name: str, text: str) -> None:
    """Choose in a searchable list."""
    box = page.get_by_role("combobox", name=re.compile(f"^{name}"))
    box.click()
    box.fill(text)
    page.get_by_role("option").filter(has=page.get_by_text(text, exact=True)).first.click()


def test_a_query_shows_its_rows_its_calls_and_what_is_left(open_action: Any) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill(
        "SELECT Name, Industry FROM Account ORDER BY Name"
    )
    page.keyboard.press("Control+Enter")

    table = page.get_by_role("table", name="Result")
    table.wait_for()
    assert table.get_by_role("cell", name="Acme Corporation").is_visible()
    assert page.get_by_text(re.compile(r"of 15,000 left today")).is_visible()
    page.get_by_role("radio", name="Tree").click()
    assert page.get_by_role("group", name="Result as a tree").is_visible()
    page.get_by_role("radio", name="JSON").click()
    assert "Acme Corporation" in page.locator("pre.code-block").inner_text()


def test_an_error_stands_in_the_result_with_its_remedy(open_action: Any) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill("SELECT Nme FROM Account")
    page.get_by_role("button", name="Run").click()

    page.get_by_text("INVALID_FIELD").wait_for()
    assert "Did you mean Name?" in page.get_by_role("alert").first.inner_text()


def test_creates_with_a_dependent_picklist(open_action: Any, studio: Studio) -> None:
    page = open_action("create_record")
    choose(page, "Object", "Case")
    page.get_by_role("combobox", name="Add a field").wait_for()
    choose(page, "Add a field", "Product__c")
    choose(page, "Add a field", "Area__c")
    page.get_by_role("combobox", name=re.compile("^Product")).select_option("App")
    area = page.get_by_role("combobox", name=re.compile("^Area"))
    assert area.locator("option").all_inner_texts() == ["—", "Login", "Notifications"]
    area.select_option("Notifications")

    page.get_by_role("button", name="Run").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Case").first.wait_for()
    dialog.get_by_role("button", name="Run").click()
    page.get_by_text("Done", exact=True).wait_for()
    query = {"soql": "SELECT Area__c FROM Case WHERE Area__c != null"}
    result = _run(studio, "query", query)
    assert [record["Area__c"] for record in result["output"]["records"]] == ["Notifications"]


def test_a_write_that_is_not_confirmed_is_not_sent(open_action: Any, studio: Studio) -> None:
    page = open_action("create_record")
    page.get_by_text("Input as JSON").click()
    inputs = {"sobject": "Account", "fields": {"Name": "Never"}}
    page.get_by_role("textbox", name="Input as JSON").fill(json.dumps(inputs))
    page.get_by_role("button", name="Run").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

    query = {"soql": "SELECT Id FROM Account WHERE Name = 'Never'"}
    assert _run(studio, "query", query)["output"]["records"] == []


def test_form_and_json_are_kept_in_step(open_action: Any) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("^SOQL")).fill("SELECT Id FROM Lead")
    page.get_by_text("Input as JSON").click()
    raw = page.get_by_role("textbox", name="Input as JSON")
    assert json.loads(raw.input_value()) == {"soql": "SELECT Id FROM Lead"}

    raw.fill('{"soql": "SELECT Id FROM Case"}')
    soql = page.get_by_role("textbox", name=re.compile("^SOQL"))
    page.wait_for_function(
        "text => [...document.querySelectorAll('textarea')].some(t => t.value === text)",
        arg="SELECT Id FROM Case",
    )
    assert soql.input_value() == "SELECT Id FROM Case"


def test_an_expression_of_an_engine_may_stand_in_any_field(open_action: Any) -> None:
    page = open_action("find_records")
    page.get_by_role("button", name="fx: expression for Maximum records").click()
    page.get_by_role("textbox", name=re.compile("^Maximum records")).fill("{{ trigger.count }}")

    page.get_by_text("An expression is filled in by the engine").wait_for()
    assert page.locator(".field.wrong").count() == 0


def test_a_long_run_is_cancelled(open_action: Any, studio: Studio) -> None:
    studio.org.set_fault("latency", True)
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill("SELECT Id FROM Account")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("button", name="Cancel").click()

    page.get_by_text("Cancelled", exact=True).wait_for()
    deadline = time.monotonic() + 10
    while not (runs := studio.store.history.runs()) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert [run.outcome for run in runs] == ["cancelled"]


def test_an_expired_session_is_not_seen_by_the_builder(open_action: Any, studio: Studio) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill("SELECT Id FROM Account")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Done", exact=True).wait_for()
    studio.org.set_fault("session_expired", True)
    page.get_by_role("button", name="Run").click()

    page.get_by_text("Done", exact=True).wait_for()
    assert any(request["fault"] == "session_expired" for request in studio.org.requests(0))
    assert not any("access_token=00D" in str(request) for request in studio.org.requests(0))


def test_a_record_whose_name_is_a_script_stays_text(open_action: Any, studio: Studio) -> None:
    inputs = {"sobject": "Account", "fields": {"Name": SCRIPT}}
    _run(studio, "create_record", inputs)
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill(
        "SELECT Id, Name FROM Account ORDER BY CreatedDate DESC, Id DESC"
    )
    page.get_by_role("button", name="Run").click()

    page.get_by_role("cell", name=SCRIPT).wait_for()
    page.get_by_role("radio", name="Tree").click()
    page.get_by_role("radio", name="JSON").click()
    assert page.title() != "run"
    assert page.locator("main img[src=x]").count() == 0


def test_ten_thousand_rows_stay_smooth(
    open_action: Any, studio: Studio, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """The table renders what is seen: few rows at any time, and a frame of scrolling is short."""
    add_leads(studio, 10_000)
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill(
        "SELECT Id, LastName, Company, Status, CreatedDate FROM Lead"
    )
    page.get_by_role("button", name="Run").click()
    page.get_by_role("radio", name=re.compile(r"Table · 10,\d\d\d")).wait_for()

    rows = page.locator(".grid .line").count()
    assert rows < 80
    longest = page.evaluate(
        """async () => {
          const grid = document.querySelector('.grid');
          let longest = 0, before = performance.now();
          for (let step = 0; step < 60; step++) {
            grid.scrollTop += 5000;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            longest = Math.max(longest, now - before);
            before = now;
          }
          return longest;
        }"""
    )
    record_testsuite_property("longest_frame_ms", round(longest))
    assert longest < 250
    assert page.locator(".grid .line").count() < 80


def add_leads(studio: Studio, count: int) -> None:
    """Write leads with a bulk job."""
    records = [{"LastName": f"Lead {n}", "Company": "Acme"} for n in range(count)]
    inputs = {"operation": "insert", "sobject": "Lead", "records": records}
    _run(studio, "bulk_write", inputs)


def test_the_run_is_copied_for_elsewhere(open_action: Any) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill("SELECT Id FROM Account")
    page.get_by_role("button", name="Copy as…").click()
    dialog = page.get_by_role("dialog")

    assert "run 'automation' query --input" in dialog.locator("pre").inner_text()
    shown = {}
    for form in ("Python", "Airflow", "Temporal", "MCP", "JSON"):
        dialog.get_by_role("radio", name=form).click()
        shown[form] = dialog.locator("pre").inner_text()
        assert "SELECT Id FROM Account" in shown[form]

    operators = Path(connector_host.__path__[0], "engines", "airflow", "operators.py").read_text()
    (imported,) = [
        n for n in ast.walk(ast.parse(shown["Airflow"])) if isinstance(n, ast.ImportFrom)
    ]
    assert f"class {imported.names[0].name}(" in operators
    ast.parse(shown["Python"])
    ast.parse(f"async def run():\n{textwrap.indent(shown['Temporal'], '    ')}")
    assert json.loads(shown["MCP"])["params"]["name"] == "query"


def test_what_was_run_is_listed_without_its_input(open_action: Any, studio: Studio) -> None:
    page = open_action("query")
    page.get_by_role("textbox", name=re.compile("SOQL")).fill("SELECT Id FROM Account")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Done", exact=True).wait_for()
    page.goto(f"{studio.url}/runs")

    page.get_by_role("row", name=re.compile("Query.*automation.*Done")).wait_for()
    assert "SELECT" not in page.content()
    page.goto(f"{studio.url}/limits")
    page.get_by_role("img", name=re.compile("Calls used over 24 hours")).wait_for()


def test_events_of_a_trigger_arrive(page: Any, automation: str, studio: Studio) -> None:
    page.goto(f"{studio.url}/triggers/salesforce/record_created?connection={automation}")
    choose(page, "Object", "Account")
    page.get_by_role("button", name="Watch for events").click()
    page.get_by_text("No event yet").wait_for()
    page.get_by_text("Cursor", exact=True).wait_for()
    inputs = {"sobject": "Account", "fields": {"Name": "Fresh"}}
    created = _run(studio, "create_record", inputs)["output"]["id"]

    page.get_by_role("cell", name=created).first.wait_for()
    assert studio.store.triggers.list() == []


def test_pushed_events_that_wait_are_shown(page: Any, automation: str, studio: Studio) -> None:
    """Whatever process received them; showing them delivers none."""
    page.goto(f"{studio.url}/triggers/salesforce/outbound_message?connection={automation}")
    page.get_by_role("button", name="Store").click()
    page.get_by_role("dialog").get_by_label("Name").fill("shipped")
    page.get_by_role("dialog").get_by_role("button", name="Store").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_text("No event waits").wait_for()

    trigger = studio.store.triggers.get("shipped")
    trigger.receive([{"id": "04l1", "sobject": "Account"}, {"id": "04l2", "sobject": "Account"}])

    page.get_by_text("2 waiting").wait_for()
    assert page.get_by_role("cell", name="04l2").is_visible()
    assert page.get_by_label("Webhook URL of shipped").input_value().endswith(trigger.id)
    page.goto(f"{studio.url}/triggers")
    page.get_by_text("pushed; 2 waiting").wait_for()
    assert trigger.count_waiting() == 2


def test_a_fault_is_switched_on_and_seen_in_the_log(
    page: Any, automation: str, studio: Studio
) -> None:
    page.goto(f"{studio.url}/sandboxes/local-org")
    page.get_by_role("radio", name="Faults").click()
    page.get_by_role("checkbox", name=re.compile("^Row lock")).check()
    page.get_by_role("checkbox", name=re.compile("^Server unavailable")).check()
    page.get_by_text("2 faults on").wait_for()
    page.goto(f"{studio.url}/connections/{automation}")
    page.get_by_role("button", name="Test connection").click()
    page.locator(".checks li.failed").first.wait_for(timeout=60_000)
    page.goto(f"{studio.url}/sandboxes/local-org")
    page.get_by_role("radio", name="Requests").click()
    page.get_by_text("unavailable").first.wait_for()
    row = page.get_by_role("row").filter(has_text="/services/oauth2/token").first
    row.get_by_role("button").click()

    shown = page.locator("pre.code-block").first.inner_text()
    assert "client_secret=•••" in shown
    app = next(app for app in studio.org.describe()["apps"] if app["name"] == "automation")
    assert app["consumer_key"] in shown or "client_id" in shown
