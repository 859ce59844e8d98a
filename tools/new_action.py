"""Writes the files of a new action, with tests that fail until they are filled in.

    make new-action NAME=do_something

The steps that follow are printed. No existing file is overwritten.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOG: Final = "actions/salesforce_actions/catalog.py"

_NAME: Final = re.compile(r"[a-z]+(_[a-z]+)+")

_ACTION: Final = '''"""{summary}

https://developer.salesforce.com/docs/  (the page of what it uses)
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.identifiers import SObjectName


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName


class Output(BaseModel):
    name: str = Field(title="Name", description="What this holds, in one sentence.")


class _Response(BaseModel):
    name: str


def flow(args: Input) -> Flow[Output]:
    response = yield Call("GET", records.path(args.sobject))
    body = records.read(_Response, response, "{name}")
    return Output(name=body.name)


{name} = Action(
    name="{name}",
    title="{title}",
    summary="{summary}",
    category="Anything else",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/",
    reads=True,
    examples=(Example("What this example does", {{"sobject": "Account"}}),),
)
'''

_FLOW_TEST: Final = '''"""{name}: its logic, each branch, without HTTP."""

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.{name} import Input, flow
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call


@pytest.mark.parametrize("response", [ok([]), httpx.Response(200, html="<html>")])
def test_a_response_of_another_shape_is_a_bad_reply(response: httpx.Response) -> None:
    assert isinstance(drive(flow(Input(sobject="Account")), response).error, BadReply)


def test_sends_one_call_and_returns_its_response() -> None:
    run = drive(flow(Input(sobject="Account")), ok({{"name": "Account"}}))

    assert run.calls == [Call("GET", "/sobjects/Account")]
    assert run.output is None, "Check the output here, and add a test for each branch of the flow."
'''

_CASSETTE_TEST: Final = '''"""`{name}` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(Rejected):
        run("{name}", {{"sobject": "Nothing__c"}})


def test_succeeds(run: Callable[..., Any]) -> None:
    output = run("{name}", {{"sobject": "Account"}})
    assert output is None, "Check the output here, then record: make cassettes ONLY={name}"
'''

_ORG_RUN: Final = '''"""{title}, on an org."""

from collections.abc import Callable
from typing import Any

Act = Callable[..., Any]


def test_{name}_on_an_account(act: Act) -> None:
    output = act("{name}", {{"sobject": "Account"}})
    assert output is None, "Check the output here, and what has changed in the org."
'''

_FILES: Final = {
    "actions/salesforce_actions/actions/{name}.py": _ACTION,
    "tests/actions/test_{name}_flow.py": _FLOW_TEST,
    "tests/cassette/test_{name}_cassette.py": _CASSETTE_TEST,
    "tests/org_runs/test_{name}_on_local_org.py": _ORG_RUN,
}

_NEXT: Final = """
Next:
  1. Write the tests of the flow, the action, and its test on the local org until they pass:
     .venv/bin/pytest -q tests/actions/test_{name}_flow.py \\
         tests/org_runs/test_{name}_on_local_org.py
  2. Fill in tests/cassette/test_{name}_cassette.py, then record: make cassettes ONLY={name}
  3. make schemas                      its schemas, its page, its row in docs/proof-actions.md
  4. Add a row to docs/peers.md and a line to CHANGELOG.md; move its line in
     {catalog} to the actions of its kind.
  5. make check"""


class CannotWrite(Exception):
    """The files of an action cannot be written; the message says why."""


def write_action(name: str, root: Path = ROOT) -> list[Path]:
    """Write the files of an action and its line in the catalog; return their paths.

    Raises:
        CannotWrite: The name has another form, or one of the files exists.
    """
    if not _NAME.fullmatch(name):
        raise CannotWrite(f"{name!r} is not verb_noun in lower case, such as count_records.")
    title = name.replace("_", " ").capitalize()
    values = {"name": name, "title": title, "summary": f"{title}."}
    files = {root / path.format(**values): text.format(**values) for path, text in _FILES.items()}
    if existing := [str(path.relative_to(root)) for path in files if path.exists()]:
        raise CannotWrite(f"{existing[0]} exists already.")
    catalog = root / CATALOG
    lines = catalog.read_text(encoding="utf-8")
    head, end, tail = lines.partition("\n)\n")
    if not end or f'"{name}"' in lines:
        raise CannotWrite(f"{CATALOG} lists {name} already, or has another form than expected.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    catalog.write_text(f'{head}\n    "{name}",{end}{tail}', encoding="utf-8")
    return [*files, catalog]


def main() -> None:
    """Write the files of the action that the command line names."""
    parser = argparse.ArgumentParser(description="Write the files of a new action.")
    parser.add_argument("name", help="verb_noun, such as count_records")
    name = parser.parse_args().name
    try:
        paths = write_action(name)
    except CannotWrite as error:
        sys.exit(f"error: {error}")
    print(*(f"wrote {path.relative_to(ROOT)}" for path in paths), sep="\n")
    print(_NEXT.format(name=name, catalog=CATALOG))


if __name__ == "__main__":
    main()
