"""Explains known differences between the local org and recordings."""

import re
from typing import Final

from conformance.recorded.recording import Recording

_EXPLAINED: Final = (
    (
        r"^describe\.sobject .*more \['sobjectDescribeOption'\]",
        "recorded before that key came, to every version, with the release of Winter '21",
    ),
    (
        r"^collections\.\w+ status 200 for 400: .*JSON_PARSER_ERROR",
        "18 September 2020; two days later, and ever since, it is the item that fails",
    ),
    (
        r"^query .*another order: .*AccountNumber",
        "this one answer is not in the order of its SELECT, as all others are",
    ),
    (
        r"^tooling\.query .*'SourceMember' is not supported",
        "recorded in a scratch org, which tracks its source; the local org is no scratch org",
    ),
    (
        r"^describe\.sobject .*childRelationships has 0 items",
        "which children there are depends on the org's features",
    ),
)


def explain(difference: str) -> str:
    """Return the explanation of a difference; empty when there is none."""
    return next(
        (explanation for pattern, explanation in _EXPLAINED if re.search(pattern, difference)), ""
    )


_NOT_OURS: Final = (
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "a validation rule of that org"),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "a trigger or flow of that org"),
    ("DUPLICATES_DETECTED", "a duplicate rule of that org"),
    ("APEX_ERROR", "Apex of that org"),
    ("REQUEST_LIMIT_EXCEEDED", "a limit that was used up"),
    ("STORAGE_LIMIT_EXCEEDED", "a limit that was used up"),
    ("UNABLE_TO_LOCK_ROW", "a race of that moment"),
    ("SERVER_UNAVAILABLE", "a fault of that moment"),
    ("INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "a password that had expired"),
    ("UNKNOWN_EXCEPTION", "a fault of that moment"),
)
_ONE_GRANT: Final = "its grant, by password, is refused in new orgs; its secrets are cut"


def not_ours(recording: Recording) -> str:
    """Explain why a response depends on one org at one time; empty when it does not."""
    text = str(recording.answer)[:20_000]
    for code, explanation in _NOT_OURS:
        if code in text:
            return explanation
    if "/services/apexrest" in recording.path:
        return "Apex of that org"
    if recording.path.endswith("/oauth2/token") and recording.status == 200:
        return _ONE_GRANT if "grant_type=password" in str(recording.body) else "its secrets are cut"
    if recording.status >= 500:
        return "a fault of that moment"
    return ""
