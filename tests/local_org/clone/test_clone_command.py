"""`org clone`: a clone of a local org has the same describes."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

import salesforce_emulator.examples
from connector_host.host import Host
from connector_host.runner import Runner
from salesforce_emulator.commands import org as program
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.server import serve

EXAMPLE: Final = Path(salesforce_emulator.examples.__path__[0]) / "example_org.toml"
MORE: Final = """
[[objects]]
name = "Parcel__c"
label = "Parcel"
plural = "Many parcels"
prefix = "a77"
fields = [
    { name = "Delivery__c", type = "reference", to = ["Delivery__c"], on_delete = "cascade", required = true },
    { name = "Contact__c", type = "reference", to = ["Contact"], on_delete = "restrict", relationship = "Taker" },
    { name = "Fragile__c", type = "boolean", checked = true },
    { name = "Care__c", type = "multipicklist", controller = "Fragile__c", choices = [
        { value = "Upright", label = "Keep upright", valid_for = ["true"] },
        { value = "Any", valid_for = ["true", "false"] },
        { value = "Glass", active = false, valid_for = ["true"] },
    ] },
    { name = "Free__c", type = "picklist", values = ["Yes", "No"] },
    { name = "Note__c", type = "long_text", length = 5000 },
    { name = "Page__c", type = "html" },
    { name = "Short__c", type = "textarea" },
    { name = "Mail__c", type = "email", unique = true, external_id = true },
    { name = "Code__c", type = "string", length = 12, unique = true, case_sensitive = true, required = true },
    { name = "Pieces__c", type = "double", precision = 6, scale = 0 },
    { name = "Left__c", type = "datetime" },
    { name = "Day__c", type = "date" },
    { name = "Hour__c", type = "time" },
    { name = "Site__c", type = "url" },
    { name = "Phone__c", type = "phone" },
    { name = "Count__c", type = "int" },
    { name = "Secret__c", type = "encryptedstring", length = 20 },
    { name = "pack__Extra__c", type = "string", length = 9, default = "none" },
    { name = "Spot__c", type = "location" },
    { name = "Number__c", type = "autonumber", format = "{0000}" },
]

[[picklists]]
object = "Account"
field = "Industry"
choices = [{ value = "Ships", label = "Shipping" }, { value = "Sheep", active = false }]
default = "Ships"
restricted = true

[[picklists]]
object = "Account"
field = "Rating"
choices = [{ value = "Hot", valid_for = ["Ships"] }, { value = "Cold", valid_for = ["Ships", "Sheep"] }]
controller = "Industry"

[[picklists]]
object = "Account"
field = "Ownership"
choices = [{ value = "Public", valid_for = ["true"] }, { value = "Private", valid_for = ["false"] }]
controller = "Listed__c"

[[queues]]
name = "Depot_Team"
objects = ["Delivery__c"]

[[fields]]
object = "Account"
name = "Listed__c"
type = "boolean"

[[fields]]
object = "Contact"
name = "DoNotCall"
type = "boolean"
standard = true

[[record_types]]
object = "Parcel__c"
name = "Retired"
label = "A retired one"
active = false

[[records]]
object = "Contact"
ref = "taker"
fields = { FirstName = "Wilhelmina", LastName = "Zzyzx", Email = "w@zzyzx.example", MailingStreet = "1 Zzyzx Rd", Birthdate = "1971-02-03" }

[[records]]
object = "Delivery__c"
ref = "delivery"
owner = "Depot_Team"
record_type = "Pallet"
fields = { Status__c = "Packed", Weight__c = 2.5 }

[[records]]
object = "Account"
owner = "integration@local-org.example"
fields = { Name = "Zzyzx Ltd", Industry = "Ships", Rating = "Hot", Ownership = "Private" }

[[records]]
object = "Parcel__c"
fields = { Name = "Zzyzx 1", Delivery__c = "@delivery", Contact__c = "@taker", Code__c = "Zzyzx", Note__c = "for Zzyzx", Pieces__c = 3, Care__c = "Any", pack__Extra__c = "Zzyzx", Free__c = "of Zzyzx" }
"""  # noqa: E501 - one line a field
OBJECTS: Final = "Parcel__c,Delivery__c,Account,Contact"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def host(tmp_path: Path, stack: ExitStack) -> Host:
    host = Host(
        store=tmp_path / "connections.sqlite3",
        environment={"CONNECTOR_HOST_KEY_FILE": str(tmp_path / "key")},
    )
    stack.callback(host.close)
    return host


def connect(host: Host, stack: ExitStack, name: str, config: Path) -> None:
    org = open_org(config=config)
    stack.callback(org.close)
    url = stack.enter_context(serve(org))
    app = identity_of(org).apps["automation"]
    settings = {"my_domain_url": url, "local_org": True, "consumer_key": app.consumer_key}
    settings["consumer_secret"] = app.consumer_secret or ""
    host.runner.connect(name, "salesforce", "client_credentials", settings)


@dataclass
class Noted:
    """What the command is given of a host, and where its notes go."""

    host: Host
    note: Callable[[str], object]

    @property
    def runner(self) -> Runner:
        return self.host.runner


def run(host: Host | Noted | None, *words: object) -> Result:
    return CliRunner().invoke(program, ["clone", "source", *map(str, words)], obj=host)


def get(host: Host, name: str, path: str, **params: str) -> Any:
    inputs = {"method": "GET", "path": path, "params": params}
    return host.runner.run(name, "api_request", inputs)["output"]["body"]


def test_a_missing_host_is_reported(tmp_path: Path) -> None:
    assert run(None, "--objects", "Account", "--out", tmp_path / "x.toml").exit_code == 2


def test_an_existing_file_is_not_overwritten(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("mine = 1")

    assert run(host, "--objects", "Account", "--out", file).exit_code == 2
    assert file.read_text() == "mine = 1"


def test_a_clone_describes_itself_as_its_source_does(
    host: Host, stack: ExitStack, tmp_path: Path
) -> None:
    source, file = tmp_path / "source.toml", tmp_path / "clone.toml"
    source.write_text(EXAMPLE.read_text() + MORE)
    connect(host, stack, "source", source)

    ended = run(host, "--objects", OBJECTS, "--out", file)
    assert ended.exit_code == 0, ended.output
    connect(host, stack, "copy", file)

    for name in OBJECTS.split(","):
        first, second = (
            without_ids(get(host, org, f"/sobjects/{name}/describe")) for org in ("source", "copy")
        )
        assert {field["name"]: field for field in second["fields"]} == {
            field["name"]: field for field in first["fields"]
        }
        assert second == first
    pallet = [
        get(host, org, f"/ui-api/object-info/Delivery__c/picklist-values/{record_type(host, org)}")
        for org in ("source", "copy")
    ]
    values = [json.dumps(item["picklistFieldValues"]["Depot__c"]["values"]) for item in pallet]
    assert "Dallas" in values[0]
    assert values[1] == values[0]


def record_type(host: Host, org: str) -> str:
    infos = get(host, org, "/sobjects/Delivery__c/describe")["recordTypeInfos"]
    return next(str(info["recordTypeId"]) for info in infos if info["name"] == "Pallet")


def without_ids(describe: dict[str, Any]) -> dict[str, Any]:
    """Leave out what differs between any two orgs: their addresses, ids of record types."""
    record_types = describe["recordTypeInfos"]
    ids = {info["recordTypeId"]: info["developerName"] for info in record_types}
    text = re.sub(r"http://127.0.0.1:[0-9]+", "", json.dumps(describe))
    for record_id, name in ids.items():
        text = text.replace(record_id, name)
    plain: dict[str, Any] = json.loads(text)
    return plain


def test_samples_keep_links_and_figures_and_no_text_of_a_persons(
    host: Host, stack: ExitStack, tmp_path: Path
) -> None:
    source, file = tmp_path / "source.toml", tmp_path / "clone.toml"
    source.write_text(EXAMPLE.read_text() + MORE)
    connect(host, stack, "source", source)

    ended = run(host, "--objects", OBJECTS, "--sample", 50, "--out", file)
    assert ended.exit_code == 0, ended.output
    assert "zzyzx" not in file.read_text().lower()
    assert "1971" not in file.read_text()
    connect(host, stack, "copy", file)

    soql = "SELECT Pieces__c, Care__c, Taker__r.Email, Delivery__r.Weight__c FROM Parcel__c"
    (parcel,) = get(host, "copy", "/query", q=soql)["records"]
    assert (parcel["Pieces__c"], parcel["Care__c"]) == (3, "Any")
    assert parcel["Taker__r"]["Email"].endswith("@clone.example")
    assert parcel["Delivery__r"]["Weight__c"] == 2.5


def test_personal_texts_are_copied_with_the_option(
    host: Host, stack: ExitStack, tmp_path: Path
) -> None:
    source, file = tmp_path / "source.toml", tmp_path / "clone.toml"
    source.write_text(EXAMPLE.read_text() + MORE)
    connect(host, stack, "source", source)

    run(host, "--objects", "Contact", "--sample", 50, "--keep-personal", "--out", file)

    assert "Wilhelmina" in file.read_text()


def test_samples_keep_their_record_types_and_who_owns_what(
    host: Host, stack: ExitStack, tmp_path: Path
) -> None:
    """Owners have made-up names: one user is one user, a queue is a queue."""
    source, file = tmp_path / "source.toml", tmp_path / "clone.toml"
    source.write_text(EXAMPLE.read_text() + MORE)
    connect(host, stack, "source", source)
    ended = run(host, "--objects", OBJECTS, "--sample", 50, "--out", file)
    assert ended.exit_code == 0, ended.output
    assert "integration@" not in file.read_text()
    connect(host, stack, "copy", file)

    soql = "SELECT RecordType.DeveloperName, Owner.Name FROM Delivery__c"
    pallets = [
        row["Owner"]["Name"]
        for row in get(host, "copy", "/query", q=soql)["records"]
        if row["RecordType"] and row["RecordType"]["DeveloperName"] == "Pallet"
    ]
    assert pallets == ["Queue 1"]
    soql = "SELECT Rating, Industry, Ownership, Owner.Username FROM Account ORDER BY Id"
    *others, last = get(host, "copy", "/query", q=soql)["records"]
    assert (last["Industry"], last["Rating"], last["Ownership"]) == ("Ships", "Hot", "Private")
    owner = last["Owner"]["Username"]
    assert owner.endswith("@clone.example")
    assert owner not in {row["Owner"]["Username"] for row in others}


def test_an_interrupted_run_is_taken_up_where_it_stopped(
    host: Host, stack: ExitStack, tmp_path: Path
) -> None:
    source, file = tmp_path / "source.toml", tmp_path / "clone.toml"
    part = tmp_path / "clone.toml.part"
    source.write_text(EXAMPLE.read_text() + MORE)
    connect(host, stack, "source", source)

    class Interrupted(BaseException):
        """As by Ctrl-C."""

    lines: list[str] = []

    def note(text: str) -> None:
        lines.append(text)
        if text.startswith("3/"):
            raise Interrupted

    with pytest.raises(Interrupted):
        run(Noted(host, note), "--objects", OBJECTS, "--sample", 50, "--out", file)
    assert "Run the same command again" in lines[-1]
    assert not file.exists()
    assert part.stat().st_mode & 0o077 == 0
    assert len(part.read_text().splitlines()) == 3  # a head, and two objects

    part.write_text(part.read_text()[:-9])  # killed while it wrote
    noted = Noted(host, lines.append)
    ended = run(noted, "--objects", OBJECTS, "--sample", 50, "--out", file)
    assert ended.exit_code == 0, ended.output
    assert not part.exists()
    assert "1 saved by the previous run" in lines[-1]
    whole = tmp_path / "whole.toml"
    run(host, "--objects", OBJECTS, "--sample", 50, "--out", whole)
    assert whole.read_text() == file.read_text()


@pytest.mark.parametrize("change", ["connection", "began", "garbage"])
def test_a_journal_of_something_else_is_begun_anew(
    host: Host, stack: ExitStack, tmp_path: Path, change: str
) -> None:
    file, part = tmp_path / "clone.toml", tmp_path / "clone.toml.part"
    connect(host, stack, "source", EXAMPLE)
    head = {"connection": "source", "began": time.time()}
    head[change] = "other" if change == "connection" else 0.0
    body = json.dumps({"path": "/sobjects/Account/describe", "body": {}})
    lines = "not JSON" if change == "garbage" else f"{json.dumps(head)}\n{body}\n"
    part.write_text(lines)
    ended = run(host, "--objects", "Account", "--out", file)
    assert ended.exit_code == 0, ended.output
    assert not part.exists()


def test_steps_and_calls_are_counted(host: Host, stack: ExitStack, tmp_path: Path) -> None:
    connect(host, stack, "source", EXAMPLE)
    lines: list[str] = []
    noted = Noted(host, lines.append)
    run(noted, "--objects", "Delivery__c,Account", "--sample", 1, "--out", tmp_path / "x.toml")
    steps = [line for line in lines if re.match(r"[0-9]+/[0-9]+ ", line)]
    assert [line.split("/")[0] for line in steps] == ["1", "2", "3", "4", "5"]
    assert steps[2:] == [
        "3/5 record types of Delivery__c (2 API calls so far)",
        "4/5 records of Account (4 API calls so far)",
        "5/5 records of Delivery__c (5 API calls so far)",
    ]
    assert lines[-1].endswith(": 6 API calls")
