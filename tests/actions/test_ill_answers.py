"""Whatever the org answers, what leaves a flow is an error of ours; after a write it says so.

The answers are those of each action's cassette, with one part exchanged.
"""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from flow_driver import serve

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.action import Action, Trigger
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import Call

CASSETTES = Path(__file__).parents[2] / "cassettes"
ROUNDS = 170  # of each action: some 10,000 in all

BIG = "a number of 5,000 digits"

JUNK: tuple[Any, ...] = (
    None, True, 0, -1, BIG, 1.5, "", "x", "\0\r\n", "../..", "x" * 100_000, [], {}, [[]],
    [None], {"a": {}}, {"records": 1}, [{"id": 5}], "2026-99-99", "/services/data/v68.0/query/1",
)  # fmt: skip


def answers(name: str) -> list[tuple[int, Mapping[str, str], bytes]]:
    """Return the answers of an action's cassettes, but those of the token endpoint."""
    result: list[tuple[int, Mapping[str, str], bytes]] = []
    for path in sorted((CASSETTES / name).glob("*.yaml")):
        cassette = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for item in cassette["interactions"]:
            if "oauth2/token" in item["request"]["uri"]:
                continue
            message = item["response"]
            body = message["body"]["string"]
            headers = {key.lower(): value[0] for key, value in message["headers"].items()}
            headers.pop("content-encoding", None)
            headers.pop("content-length", None)
            result.append(
                (
                    message["status"]["code"],
                    headers,
                    body.encode() if isinstance(body, str) else body,
                )
            )
    return result


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each part of a JSON value."""
    yield above
    match value:
        case dict():
            parts: Any = value.items()
        case list():
            parts = enumerate(value)
        case _:
            parts = ()
    for key, part in parts:
        yield from places(part, (*above, key))


def written(value: Any) -> bytes:
    return json.dumps(value).replace(f'"{BIG}"', "9" * 5_000).encode()


def spoil(body: bytes, chance: random.Random) -> bytes:
    """Exchange, remove or double one part of a JSON text; or break the text."""
    if chance.random() < 0.05:
        return chance.choice(
            [b"", b"null", b"[" * 100_000, b"<html>", body[: len(body) // 2], b"\xff"]
        )
    try:
        value = json.loads(body)
    except ValueError:
        return body
    path = chance.choice(list(places(value)))
    junk = copy.deepcopy(chance.choice(JUNK))
    if not path:
        return written(junk)
    within = value
    for step in path[:-1]:
        within = within[step]
    match chance.randrange(4):
        case 0:
            del within[path[-1]]
        case 1 if isinstance(within, list):
            within.append(within[path[-1]])
        case _:
            within[path[-1]] = junk
    return written(value)


class IllOrg:
    """Answers each call by one of some answers, most of them spoilt."""

    def __init__(self, expected: list[tuple[int, Mapping[str, str], bytes]], chance: random.Random):
        self.calls: list[Call] = []
        self._known = expected
        self._chance = chance

    def __call__(self, call: Call, _: bytes) -> httpx.Response | ConnectorError:
        self.calls.append(call)
        status, headers, body = self._chance.choice(self._known)
        if len(self.calls) > 40:
            return from_response(httpx.Response(400), safe=True)
        if self._chance.random() < 0.7:
            body = spoil(body, self._chance)
        reply = httpx.Response(status, headers=headers, content=body)
        if reply.is_success or status in call.expect:
            return reply
        return from_response(reply, safe=call.safe)


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_an_ill_answer_is_an_error_of_ours(action: Action[Any, Any], tmp_path: Path) -> None:
    chance = random.Random(action.name)  # noqa: S311 - the same each time
    expected = answers(action.name)
    for number in range(ROUNDS):
        inputs = dict(chance.choice(action.examples).input)
        if "path" in inputs and action.name != "api_request":
            inputs["path"] = str(tmp_path / "in.csv")
            (tmp_path / "in.csv").write_text("LastName\nx\n", encoding="utf-8")
        org = IllOrg(expected, chance)
        run = serve(action.flow(action.input.model_validate(inputs)), org)  # or it raises

        if isinstance(run.error, BadReply) and org.calls and not org.calls[-1].reading:
            assert run.error.sent, f"round {number}: {run.error}"


POLLED = {
    name: trigger for name, trigger in TRIGGERS.items() if name.startswith(("record_", "new_"))
}


@pytest.mark.slow
@pytest.mark.parametrize("trigger", POLLED.values(), ids=POLLED.keys())
def test_an_ill_answer_to_a_poll_is_an_error_of_ours(trigger: Trigger[Any, Any]) -> None:
    chance = random.Random(trigger.name)  # noqa: S311 - the same each time
    expected = answers("read_changes") + answers("describe_object") + answers("query")
    for _ in range(ROUNDS):
        inputs = dict(chance.choice(trigger.examples).input)
        if "topic" in inputs or trigger.name == "record_changed":
            return  # events come by another way
        org = IllOrg(expected, chance)
        first = serve(trigger.flow(trigger.input.model_validate(inputs), None), org)
        if first.output is not None:
            cursor = json.loads(json.dumps(first.output.cursor))
            serve(trigger.flow(trigger.input.model_validate(inputs), cursor), org)
