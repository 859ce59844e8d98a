"""Each example of an action's page runs on the org that the page names, as a reader would run it.

Ids in an example stand for those of one's own records: each is replaced by that of such a record.
"""

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from file_server import serve_files
from local_apps import app_settings
from memory_connection import MemoryConnection
from recorded_sleeps import with_recorded_sleeps

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.http.client import Client
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Act = Callable[[str, Mapping[str, Any]], Any]

PAGES = Path(__file__).parents[2] / "docs" / "actions"
EXAMPLES = [
    pytest.param(action.name, example.input, id=f"{action.name}: {example.summary}")
    for action in ACTIONS.values()
    for example in action.examples
]


@contextmanager
def context(org: Org) -> Generator[Act]:
    """Run actions on an org as its automation user; waits pass on the org's clock."""
    transport = OrgTransport(org)
    connection = MemoryConnection("client_credentials", app_settings(org, "automation"))
    client = Client(connection, transport=transport)

    def run(action: str, inputs: Mapping[str, Any]) -> Any:
        messages = with_recorded_sleeps(
            ACTIONS[action], lambda pause: org.clock.advance(timedelta(seconds=pause))
        )
        return client.run(messages, inputs).output

    key = {"External_Id__c": "A-1", "Name": "Acme"}  # what examples call the account by
    run("upsert_records", {**_KEYED, "records": [key]})
    yield run
    client.close()
    transport.close()


@pytest.fixture(scope="module")
def plain() -> Iterator[Act]:
    """The default org."""
    with open_org() as org, context(org) as run:
        yield run


@pytest.fixture(scope="module")
def declared() -> Iterator[Act]:
    """The example org, which has what the examples of some pages are about."""
    with open_org(config=EXAMPLE_ORG) as org, context(org) as run:
        yield run


_KEYED = {"sobject": "Account", "external_id_field": "External_Id__c"}


def _create(sobject: str, **fields: Any) -> Callable[[Act], str]:
    def make(act: Act) -> str:
        unlike_others = {"allow_duplicates": True}
        record = act("create_record", {"sobject": sobject, "fields": fields, **unlike_others})
        return str(record["id"])

    return make


def _file(part: str) -> Callable[[Act], str]:
    def make(act: Act) -> str:
        return str(act("upload_file", {"text": "Hello", "file_name": "hello.txt"})[part])

    return make


def _view(act: Act) -> str:
    return str(act("list_views", {"sobject": "Account"})["views"][0]["id"])


def _report(act: Act) -> str:
    return str(act("list_reports", {})["reports"][0]["id"])


def _dashboard(act: Act) -> str:
    return str(act("list_dashboards", {})["dashboards"][0]["id"])


def _template(act: Act) -> str:
    """Make one, in the folder that everybody sees: its id is the org's."""
    org_id = act("get_user_info", {})["organization_id"]
    kind = {"TemplateType": "text", "TemplateStyle": "none", "IsActive": True}
    text = {"Subject": "Hello", "Body": "Dear {!Contact.Name}"}
    return _create("EmailTemplate", Name="Hi", DeveloperName="Hi", FolderId=org_id, **kind, **text)(
        act
    )


def _opportunity(act: Act) -> str:
    """Make one, and a product that it can have."""
    books = act("list_price_books", {"include_inactive": True})["price_books"]
    book = next(book["id"] for book in books if book["is_standard"])
    act("update_record", {"sobject": "Pricebook2", "id": book, "fields": {"IsActive": True}})
    product = _create("Product2", Name="Generator", ProductCode="GC1060", IsActive=True)(act)
    price = {"Pricebook2Id": book, "Product2Id": product, "UnitPrice": 95.5, "IsActive": True}
    _create("PricebookEntry", **price)(act)
    return _create("Opportunity", Name="Big", StageName="Prospecting", CloseDate="2026-12-31")(act)


STAND_INS: Mapping[str, Callable[[Act], str]] = {
    "001": _create("Account", Name="Acme"),
    "003": _create("Contact", LastName="Doe", Email="doe@example.com"),
    "00Q": _create("Lead", LastName="Doe", Company="Acme"),
    "006": _opportunity,
    "500": _create("Case", Subject="Broken"),
    "701": _create("Campaign", Name="Fair"),
    "a01": _create("Delivery__c", Value__c=20_000, Weight__c=1),
    "068": _file("version_id"),
    "069": _file("document_id"),
    "00B": _view,
    "00O": _report,
    "01Z": _dashboard,
    "00X": _template,
}
"""What makes a record of the kind that an id is of, by the id's first three characters."""


def _job(act: Act, about: Mapping[str, Any], *, done: bool) -> str:
    if about.get("kind") == "query":
        query = {"soql": "SELECT Id FROM Lead", "wait": False}
        return str(act("bulk_query", query)["job"]["id"])
    rows = [{"FirstName": "Jane"}]  # a row that fails: it has no last name
    write = {"sobject": "Contact", "operation": "insert", "records": rows, "fail_when": "none"}
    return str(act("bulk_write", {**write, "wait": done})["jobs"][0]["id"])


def _prepare(act: Act, action: str, example: Mapping[str, Any], folder: Path) -> Any:
    """Put one's own ids and files into an example, and what it is about into the org."""
    text = json.dumps(example)
    ids: dict[str, str] = {}
    for result in dict.fromkeys(re.findall(r'"([a-zA-Z0-9]{18})"', text)):
        if result.startswith("750"):
            done = action not in {"get_bulk_job", "abort_bulk_job"}
            ids[result] = _job(act, example, done=done)
        elif (make := STAND_INS.get(result[:3])) is not None:
            ids[result] = make(act)
    for result, own in ids.items():
        text = text.replace(result, own)
    body = json.loads(text)
    for name, value in body.items():
        if isinstance(value, str) and value.startswith("/tmp"):  # noqa: S108 - an example's
            body[name] = str(folder if name == "results_folder" else folder / Path(value).name)
    if action in {"bulk_write", "upload_file"} and "path" in body:
        Path(body["path"]).write_text("LastName\nDoe\n", encoding="utf-8")
    match action:
        case "update_note":
            about = {"title": "Call", "text": "Hello", "record_ids": [STAND_INS["001"](act)]}
            body["id"] = act("add_note", about)["id"]
        case "undelete_record":
            act("delete_record", {"sobject": "Account", "id": body["id"]})
        case "decide_approval":
            act("submit_for_approval", {"record_id": body["id"]})
        case "update_record" if "if_unmodified_since" in body:
            about = {"sobject": body["sobject"], "id": body["id"], "fields": ["LastModifiedDate"]}
            read = act("get_record", about)["record"]["LastModifiedDate"]
            body["if_unmodified_since"] = read.replace("+0000", "Z")
    return body


@pytest.mark.parametrize(("action", "example"), EXAMPLES)
def test_an_example_runs(
    request: pytest.FixtureRequest,
    action: str,
    example: Mapping[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the org that its page names."""
    page = (PAGES / f"{action}.md").read_text(encoding="utf-8")
    org = "declared" if "org serve --config example_org.toml" in page else "plain"
    act: Act = request.getfixturevalue(org)
    inputs = _prepare(act, action, example, tmp_path)
    if "url" not in inputs:
        assert act(action, inputs) is not None
        return
    with serve_files(tmp_path, monkeypatch) as files:
        inputs["url"] = files.add("/offer.pdf", b"LastName\nDoe\n")
        assert act(action, inputs) is not None
