"""Reads recorded request/response pairs, and replaces masked ids and versions.

Before publication some ids were masked, versions replaced by words, queries and bodies cut. A
masked id becomes an id of its object; a version becomes one that is still served. A line may lack
any of its keys: these are empty.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from salesforce_emulator.schema.ids import parse_id

OLDEST: Final = "v31.0"  # the oldest that is served, for retired versions and what 2015 recorded
UNKNOWN: Final = "v50.0"  # for recordings that say `vxx.0`: those of 2020 and later
BEFORE: Final = "v48.0"  # for those of them that lack what describe has from 50.0 on

CUT: Final = "REDACTED"
_MASKED: Final = re.compile(r"001ACCOUNTID|0010xACCOUNTID0000")
_ACCOUNT: Final = parse_id("001000000000123") or ""
_FEWEST_FIELDS: Final = 4  # Id and the audit fields alone are more
_FROM: Final = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_CHILD_QUERY: Final = re.compile(r"\(\s*select[^()]*\)", re.IGNORECASE)
_RETIRED: Final = re.compile(r"<api_version>|(?<=/)v(?:[12]\d|30|\d)\.0\b")
_MASKED_VERSION: Final = re.compile(r"v(?:xx|XX)\.(?:0|X|x)|\{(?:api_?)?version\}")
_STATEMENT: Final = re.compile(r"\s*(?:select|find)\b", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"<[a-z_]+>|\{[a-z_]+\}|REDACTED|\[\.\.\.\]|<<<")


@dataclass(frozen=True, slots=True)
class Recording:
    """One request that a real org was sent, and its response.

    Attributes:
        location: File and line.
        source: Project that recorded it: its custom objects and fields are one schema.
        query: As it was sent, percent-encoded, without `?`.
        body: Parsed JSON, text, or None.
        headers: The response's, names in lower case; empty when they were not recorded.
        request_headers: The request's, names in lower case.
        retired: It was recorded in a version that is retired now, and is asked in the oldest.
    """

    location: str
    source: str
    family: str
    method: str
    path: str
    query: str
    body: Any
    status: int
    headers: Mapping[str, str]
    request_headers: Mapping[str, str]
    answer: Any
    retired: bool = False

    @property
    def file(self) -> str:
        """Its file, one for each family of requests."""
        return self.location.partition(":")[0]

    @property
    def soql(self) -> str:
        """Its SOQL, or an empty string."""
        return parse_qs(self.query).get("q", [""])[0]

    @property
    def queried(self) -> str:
        """The sobject of its query, or an empty string."""
        match = _FROM.search(_CHILD_QUERY.sub("", self.soql))
        return match[1] if match else ""

    @property
    def segments(self) -> list[str]:
        """The decoded segments of the path after the version."""
        parts = self.path.strip("/").split("/")
        return [unquote(part) for part in parts[3:]] if parts[:2] == ["services", "data"] else []

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records that its body holds, of a collection, a tree or a single write."""
        if not isinstance(self.body, dict):
            return []
        listed = self.body.get("records")
        if isinstance(listed, list):
            return [entry for entry in listed if isinstance(entry, dict)]
        return [self.body]

    def not_judgeable(self) -> str:
        """Explain why it cannot be replayed; empty when it can."""
        tail = self.segments[-1:] or [""]
        if tail[0].lower() in {"query", "queryall", "search"} and self.method == "GET":
            statement = parse_qs(self.query).get("q", [""])[0]
            if not _STATEMENT.match(statement) and self.status == 200:
                return "its query was cut"
        if self.retired and self.family.startswith(("describe", "resources")):
            return "it describes a retired version"
        if _is_cut_describe(self.answer):
            return "its describe was cut by hand"
        if self.answer is None and self.status == 200:
            return "its response was not recorded"
        if self.status == 0:
            return "its status was not recorded"
        if _PLACEHOLDER.search(self.path):
            return "its path was masked"
        login = isinstance(self.body, str) and (
            "/oauth2/" in self.path or "<password>" in self.body
        )
        if login and _PLACEHOLDER.search(self.body) and self.status < 400:
            return "the credentials in its body were cut"
        return ""


def read(folder: Path) -> Iterator[Recording]:
    """Yield all recordings of a folder's `*.jsonl`, in order.

    Raises:
        ValueError: A line is not JSON.
    """
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                retired = _RETIRED.search(line[:2_000]) is not None
                raw = json.loads(_restore(line))
                yield _recording(f"{file.stem}:{number}", raw, retired=retired)


def _restore(line: str) -> str:
    before = '"describe' in line and "/describe" in line and '"associateEntityType"' not in line
    line = _RETIRED.sub(OLDEST, line)
    line = _MASKED_VERSION.sub(BEFORE if before else UNKNOWN, line)
    return _MASKED.sub(_ACCOUNT, line)


def _recording(location: str, raw: Mapping[str, Any], *, retired: bool) -> Recording:
    path, _, query = str(raw.get("path") or raw.get("url") or "/").partition("?")
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    status = raw.get("status")
    return Recording(
        location=location,
        source=str(raw.get("source") or location.partition(":")[0]).partition(":")[0],
        family=str(raw.get("family") or location.partition(":")[0]),
        method=str(raw.get("method") or "GET").upper(),
        path=path,
        query=raw.get("query") or query,
        body=_parsed(raw.get("req_body")),
        status=status if isinstance(status, int) else 0,
        headers=_headers(raw.get("resp_headers")),
        request_headers=_headers(raw.get("req_headers")),
        answer=_parsed(raw.get("resp_body")),
        retired=retired,
    )


def _parsed(body: Any) -> Any:
    """Parse JSON that was recorded as a string."""
    if isinstance(body, str) and body[:1] in {"{", "["}:
        try:
            return json.loads(body)
        except ValueError:
            return body
    return body


def _headers(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict):
        return {}
    return {
        str(name).lower(): str(value[0] if isinstance(value, list) and value else value)
        for name, value in raw.items()
    }


def _is_cut_describe(answer: Any) -> bool:
    """Return whether a describe lacks keys that every describe has."""
    if not isinstance(answer, dict):
        return False
    if isinstance(answer.get("compositeResponse"), list):
        return any(_is_cut_describe(item.get("body")) for item in answer["compositeResponse"])
    if isinstance(answer.get("sobjects"), list):
        return "maxBatchSize" not in answer
    if "keyPrefix" not in answer or "objectDescribe" in answer:
        return False
    fields = answer.get("fields")
    return (
        "childRelationships" not in answer
        or not isinstance(fields, list)
        or len(fields) < _FEWEST_FIELDS
    )
