"""What each action and trigger is proven by, read off the tests themselves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO = "**no**"

HEAD = """# What each action and trigger is proven by

Written by `make schemas` from the tests themselves. "Local org" is a run of the connector against
the local org; no real org was reached. A cassette holds what went over the wire then, for one
success and one failure.

| action | flow test | cassette: success | cassette: failure | local org | page | example |
|---|---|---|---|---|---|---|
"""


TRIGGERS_HEAD = """
## Triggers

A law holds that no event is lost and none comes twice, on a model of an org. What comes by gRPC, or
is pushed, has no cassette.

| trigger | law | cassette: success | cassette: failure | local org | page | example |
|---|---|---|---|---|---|---|
"""

EVENT_BUS = frozenset({"platform_event", "record_changed"})
"""Triggers by gRPC; what reads the bus for both has its laws in test_listening_loses_nothing.py."""

NOT_RECORDED = frozenset({*EVENT_BUS, "outbound_message"})
"""Triggers whose events come by gRPC, or are pushed: vcrpy has nothing to record."""

NO_REQUESTS = "not by HTTP requests of ours"


@dataclass(frozen=True, slots=True)
class Proof:
    """What an action is proven by.

    Attributes:
        flow: Whether a test drives its flow.
        success: Whether a cassette holds a success.
        failure: How a failure is proven; empty when it is not.
        local_org: Whether it was run on the local org.
    """

    flow: bool
    success: bool
    failure: str
    local_org: bool


def proof_of(name: str) -> Proof:
    """Read off the tests what an action is proven by."""
    driven = re.compile(
        rf"from salesforce_actions\.actions(\.{name} import|\s+import[^#]*?\b{name}\b)", re.DOTALL
    )
    # Of triggers, a law on a model of an org, or a flow that is driven by hand.
    tested = re.compile(rf"\"{name}\"|salesforce_actions\.triggers\.{name} import")
    return Proof(
        flow=any(driven.search(text) for text in _texts("tests/actions/*_flow.py"))
        or any(tested.search(text) for text in _texts("tests/triggers/*.py")),
        success=(ROOT / "cassettes" / name / "succeeds.yaml").exists(),
        failure=_failure(name),
        local_org=any(f'"{name}"' in text for text in _texts("tests/org_runs/*.py")),
    )


def page(actions: Iterable[str], triggers: Iterable[str]) -> str:
    """Return the page: one row an action, and one a trigger."""
    lines = [_row(name, "actions") for name in actions]
    of_triggers = [_row(name, "triggers") for name in triggers]
    return HEAD + "\n".join(lines) + "\n" + TRIGGERS_HEAD + "\n".join(of_triggers) + "\n"


def _row(name: str, folder: str) -> str:
    proof = proof_of(name)
    cells = (
        _mark(proof.flow or name in EVENT_BUS),
        _mark(proof.success, name),
        proof.failure or (NO_REQUESTS if name in NOT_RECORDED else NO),
        _mark(proof.local_org),
    )
    # Its page is written beside this one; the contract's tests hold each to an example.
    return f"| [{name}]({folder}/{name}.md) | {' | '.join(cells)} | yes | yes |"


def _mark(proven: bool, name: str = "") -> str:
    return "yes" if proven else NO_REQUESTS if name in NOT_RECORDED else NO


def _failure(name: str) -> str:
    """Describe how a failure is proven; what is refused before it is sent leaves no cassette."""
    if (ROOT / "cassettes" / name / "fails.yaml").exists():
        return "yes"
    test = ROOT / "tests" / "cassette" / f"test_{name}_cassette.py"
    if test.exists() and "def test_fails" in test.read_text(encoding="utf-8"):
        return "refused before it is sent"
    return ""


@cache
def _texts(pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern))]
