"""`types`: models of a local org's objects, which its own records fit and mypy accepts."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import salesforce_emulator.examples
from connector_host.host import Host
from salesforce_actions.commands import types
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.server import serve

EXAMPLE = Path(salesforce_emulator.examples.__path__[0]) / "example_org.toml"
USES = """
from models import Account, Account_Key, Contact, Delivery__c

new = Delivery__c.New(Order_Number__c="T-100", Status__c="Packed", Weight__c=2.5)
of_parent = Delivery__c.New(Account__r=Account_Key(External_Id__c="A-1"))
moved = Contact.Changes(Account=Account_Key(External_Id__c="A-1")).to_fields()
fields: dict[str, object] = new.to_fields()
name: str | None = Account(Name="Acme").Name
weight: float | None = Delivery__c().Weight__c
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host with a connection `org` to a local org of the example's configuration."""
    org = open_org(config=EXAMPLE)
    host = Host(
        store=tmp_path / "connections.sqlite3",
        environment={"CONNECTOR_HOST_KEY_FILE": str(tmp_path / "key")},
    )
    with serve(org) as url:
        app = identity_of(org).apps["automation"]
        settings = {"my_domain_url": url, "local_org": True, "consumer_key": app.consumer_key}
        settings["consumer_secret"] = app.consumer_secret or ""
        host.runner.connect("org", "salesforce", "client_credentials", settings)
        yield host
    host.close()
    org.close()


def run(host: Host, *words: str) -> Result:
    program = typer.Typer()
    program.command()(types)
    return CliRunner().invoke(program, ["org", *words], obj=host)


def test_a_file_of_somebody_elses_is_left_alone(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "models.py"
    file.write_text("mine = 1\n")

    assert run(host, "--objects", "Account", "--out", str(file)).exit_code == 2
    assert file.read_text() == "mine = 1\n"
    assert run(host, "--objects", " , ").exit_code == 2


def test_an_object_that_is_not_there_writes_nothing(host: Host, tmp_path: Path) -> None:
    file = tmp_path / "models.py"

    ended = run(host, "--objects", "Account,Acount", "--out", str(file))

    assert getattr(ended.exception, "code", "") == "NOT_FOUND"
    assert not file.exists()


def test_models_read_what_get_record_gives_and_write_what_create_record_takes(
    host: Host, tmp_path: Path
) -> None:
    file = tmp_path / "models.py"
    for _ in ("writes it", "replaces it"):
        ended = run(host, "--objects", "Delivery__c,Account,Delivery__c", "--out", str(file))
        assert ended.exit_code == 0, ended.output
    spec = importlib.util.spec_from_file_location("models_of_the_example", file)
    assert spec is not None
    assert spec.loader is not None
    models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)
    new = models.Delivery__c.New(Order_Number__c="T-100", Status__c="Packed", Value__c=12.5)

    created = act(host, "create_record", sobject="Delivery__c", fields=new.to_fields())
    record = act(host, "get_record", sobject="Delivery__c", id=created["id"])["record"]
    read = models.Delivery__c.model_validate(record)

    assert (read.Id, read.Status__c, read.Value__c) == (created["id"], "Packed", 12.5)
    parent = {"Name": "Acme", "External_Id__c": "A-1"}
    account = act(host, "create_record", sobject="Account", fields=parent)["id"]
    of_parent = models.Delivery__c.New(Account__r=models.Account_Key(External_Id__c="A-1"))
    child = act(host, "create_record", sobject="Delivery__c", fields=of_parent.to_fields())["id"]
    record = act(host, "get_record", sobject="Delivery__c", id=child)["record"]
    assert record["Account__c"] == account
    assert read.CreatedDate.utcoffset() is not None


def act(host: Host, action: str, **inputs: Any) -> Any:
    return host.runner.run("org", action, inputs)["output"]


@pytest.mark.slow
def test_mypy_accepts_the_models_and_finds_what_does_not_fit_them(
    host: Host, tmp_path: Path
) -> None:
    objects = "Account,Case,Contact,Delivery__c,Event,Lead,Opportunity,Task,User"
    (tmp_path / "models.py").write_text(run(host, "--objects", objects).stdout)
    (tmp_path / "uses.py").write_text(USES)
    assert check(tmp_path).returncode == 0, check(tmp_path).stdout

    (tmp_path / "uses.py").write_text(USES.replace("Packed", "Unpacked"))
    assert "[arg-type]" in check(tmp_path).stdout
    (tmp_path / "uses.py").write_text(USES.replace("Account=Account_Key", "Account=Account.New"))
    assert 'Argument "Account" to "Changes"' in check(tmp_path).stdout


def check(folder: Path) -> "subprocess.CompletedProcess[str]":
    words = ("--strict", "--cache-dir", "cache", "--config-file", "", "models.py", "uses.py")
    return subprocess.run(
        [sys.executable, "-m", "mypy", *words], cwd=folder, capture_output=True, text=True
    )
