"""Which errors an engine may retry, and how they are described to it."""

import json
from typing import Any

import pytest

from connector_host.engines.fault import fault_of
from connector_host.errors import BadInput, NeedsSignIn

REPEATABLE = {"annotations": {"idempotentHint": True}}
READS = {"annotations": {"readOnlyHint": True}}
WRITES = {"annotations": {"idempotentHint": False}}


class ServiceError(Exception):
    """What a connector raises, by its attributes alone."""

    def __init__(self, kind: str, *, sent: bool = False, **attributes: Any) -> None:
        super().__init__("It broke. Mend it.")
        self.kind, self.sent = kind, sent
        self.message, self.remedy, self.code = "It broke.", "Mend it.", "BROKEN"
        self.status, self.retry_after, self.fields = 503, 900.0, ("Name",)
        vars(self).update(attributes)


@pytest.mark.parametrize("kind", ["rejected", "unauthorized", "forbidden", "bad_reply"])
def test_only_retryable_errors_are_retried(kind: str) -> None:
    assert not fault_of(ServiceError(kind), REPEATABLE).retry


@pytest.mark.parametrize(
    ("sent", "entry", "retry"),
    [
        (False, WRITES, True),
        (False, None, True),
        (True, WRITES, False),
        (True, None, False),
        (True, REPEATABLE, True),
        (True, READS, True),
    ],
)
def test_uncertain_call_is_retried_only_if_repeatable(
    sent: bool, entry: dict[str, Any] | None, retry: bool
) -> None:
    assert fault_of(ServiceError("retryable", sent=sent), entry).retry is retry


def test_bug_is_not_retried_and_its_text_is_hidden() -> None:
    fault = fault_of(KeyError("hush-hush"), REPEATABLE)

    assert (fault.kind, fault.code, fault.retry, fault.sent) == ("bug", "KeyError", False, True)
    assert "hush" not in repr(fault)


def test_details_are_json_and_hold_what_is_known_of_single_records() -> None:
    rows = ({"index": 1, "ok": False},)
    fault = fault_of(ServiceError("retryable", sent=True, rows=rows), REPEATABLE)

    assert json.loads(json.dumps(fault.details)) == {
        "kind": "retryable",
        "code": "BROKEN",
        "status": 503,
        "retry_after": 900.0,
        "sent": True,
        "fields": ["Name"],
        "rows": [{"index": 1, "ok": False}],
    }
    assert (fault.message, fault.remedy, str(fault)) == (
        "It broke.",
        "Mend it.",
        "It broke. Mend it.",
    )


def test_errors_of_the_hosts_own_are_mapped_alike() -> None:
    assert not fault_of(BadInput("No.", "Do.")).retry
    needs = fault_of(NeedsSignIn("acme", "ENDED", "It ended.", "2026-01-01T00:00:00+00:00"))
    assert (needs.kind, needs.sent, needs.retry) == ("unauthorized", False, False)
