"""What each action and trigger is proven by, read off the tests themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO = "**no**"

HEAD = """# What each action is proven by

Written by `make schemas` from the tests themselves. "Local org" is a run of the connector against
the local org; no real org was reached. A cassette holds what went over the wire then, for one
success and one failure.

| action | flow test | cassette: success | cassette: failure | local org | page | example |
|---|---|---|---|---|---|---|
"""


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


def page(actions: Iterator[str]) -> str:
    """Return the page: one row an action."""
    lines = []
    for name in actions:
        proof = proof_of(name)
        cells = (
            _mark(proof.flow),
            _mark(proof.success),
            proof.failure or NO,
            _mark(proof.local_org),
        )
        # Its page is written beside this one; the contract's tests hold every action to an example.
        lines.append(f"| [{name}](actions/{name}.md) | {' | '.join(cells)} | yes | yes |")
    return HEAD + "\n".join(lines) + "\n"


def _mark(proven: bool) -> str:
    return "yes" if proven else NO


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
