"""Reads the recorded pairs, and puts back what their cleaners cut out so far as it can be told.

Ids were masked in places, versions replaced by words, queries cut. A masked id becomes one made up
for its object; a version becomes one that an org of today still serves.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from salesforce_emulator.org.ids import parse_id

OLD: Final = "v31.0"  # the oldest that is served, for v20.0 to v30.0 and for what 2015 recorded
UNKNOWN: Final = "v50.0"  # for the recordings that say `vxx.0`: those of 2020 and later
BEFORE: Final = "v48.0"  # for those of them that lack what describe has from 50.0 on

_MASKED: Final = re.compile(r"001ACCOUNTID|0010xACCOUNTID0000")
_ACCOUNT: Final = "001000000000123AAA"
_FEWEST_FIELDS: Final = 4  # Id and the audit fields alone are more
_FROM: Final = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)
_INNER: Final = re.compile(r"\(\s*select[^()]*\)", re.IGNORECASE)
_OLD: Final = re.compile(r"<api_version>|(?<=/)v2\d\.0")
_UNKNOWN: Final = re.compile(r"vxx\.0")


@dataclass(frozen=True, slots=True)
class Pair:
    """One request that a real org was sent, and its answer.

    Attributes:
        place: File and line, to find it again.
        headers: The answer's, names in lower case; empty when they were not recorded.
        old: It was recorded in a version that is retired now, and is asked in the oldest served.
    """

    place: str
    family: str
    method: str
    path: str
    query: str
    body: Any
    status: int
    headers: dict[str, str]
    answer: Any
    old: bool = False

    @property
    def soql(self) -> str:
        """The query it asks, or nothing."""
        return parse_qs(self.query).get("q", [""])[0]

    @property
    def asked(self) -> str:
        """Name the sobject that its query is about, or nothing."""
        found = _FROM.search(_INNER.sub("", self.soql))
        return found[1] if found else ""

    @property
    def segments(self) -> list[str]:
        """What comes after the version in the path."""
        return self.path.strip("/").split("/")[3:]

    def unusable(self) -> str:
        """Say why it cannot be asked again; nothing when it can."""
        asks = self.soql[:6].lower() == "select"
        if self.path.rstrip("/").endswith("/query") and not asks:
            return "its query was cut when it was cleaned"
        if self.old and self.family in {"describe.sobject", "resources"}:
            return "it describes a version that is retired"
        if _cut_down(self.answer):
            return "its describe was cut down by hand"
        if self.answer is None:
            return "its answer was too long to be kept"
        return ""


def read(folder: Path) -> Iterator[Pair]:
    """Give all pairs of a folder, in order."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            raw = json.loads(_restored(line))
            yield _pair(f"{file.stem}:{number}", raw, old=_OLD.search(line[:2_000]) is not None)


def _restored(line: str) -> str:
    described = '"family": "describe' in line and '"associateEntityType"' not in line
    line = _OLD.sub(OLD, line)
    line = _UNKNOWN.sub(BEFORE if described else UNKNOWN, line)
    return _MASKED.sub(_masked_account(), line)


def _cut_down(answer: Any) -> bool:
    """Tell whether what a describe always has is missing in one."""
    if isinstance(answer, dict) and "compositeResponse" in answer:
        return any(_cut_down(each["body"]) for each in answer["compositeResponse"])
    if not isinstance(answer, dict):
        return False
    if "sobjects" in answer and "maxBatchSize" not in answer:
        return True
    if "keyPrefix" not in answer:
        return False
    return "childRelationships" not in answer or len(answer["fields"]) < _FEWEST_FIELDS


def _masked_account() -> str:
    whole = parse_id(_ACCOUNT[:15])
    if whole is None:
        raise ValueError(_ACCOUNT)
    return whole


def _pair(place: str, raw: dict[str, Any], *, old: bool) -> Pair:
    return Pair(
        place=place,
        family=raw["family"],
        method=raw["method"],
        path=raw["path"],
        query=raw["query"] or "",
        body=raw["req_body"],
        status=raw["status"],
        headers={name.lower(): value for name, value in raw["resp_headers"].items()},
        answer=raw["resp_body"],
        old=old,
    )
