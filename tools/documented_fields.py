"""Corrects catalog fields by what is documented of them, in `documented_fields.toml`."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

_DOCUMENTED: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

FIELDS: Final[dict[str, str]] = {
    name: entry["fields"] for entry in _DOCUMENTED["objects"] for name in entry["names"]
}
"""Object -> its documented fields, a line each."""

RESTRICTED: Final[dict[str, list[str]]] = _DOCUMENTED["restricted_picklists"]
"""Object -> its picklists whose values nobody can add to."""

_LINE = re.compile(
    r"(?P<new>\+?)(?P<name>\w+) (?P<type>\w+)(?:\((?P<size>[\d,]+)\))? ?(?P<flags>[!a-z]*)"
    r"(?:>(?P<relation>\w*)(?:=(?P<targets>[\w|]+))?)?(?:=(?P<values>.+))?"
)
_BITS = {"c": "createable", "u": "updateable", "d": "defaultedOnCreate", "n": "nameField"}
_SIZED = {"int": "digits", "double": "precision", "currency": "precision", "percent": "precision"}


def correct_fields(name: str, rows: list[list[Any]], bits: tuple[str, ...]) -> list[list[Any]]:
    """Return an object's rows of fields, corrected by what is documented of them.

    Args:
        rows: `[name, type, bits, targets]` of each field, as the rules give them.
        bits: Names of the flags, lowest bit first.

    Raises:
        ValueError: A line cannot be read, or names a field that the object lacks.
    """
    rows_by_name = {row[0]: row for row in rows}
    for line in FIELDS.get(name, "").splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"{name}: {line.strip()}")
        if match["name"] not in rows_by_name:
            if not match["new"]:
                raise ValueError(f"{name} has no field {match['name']}")
            rows_by_name[match["name"]] = [match["name"], match["type"], 0]
        row = rows_by_name[match["name"]]
        rows_by_name[match["name"]] = _row(match, row, bits)
    return list(rows_by_name.values())


def _row(match: "re.Match[str]", row: list[Any], bits: tuple[str, ...]) -> list[Any]:
    kind, flags = match["type"], match["flags"]
    is_set = {flag: bool(row[2] >> at & 1) for at, flag in enumerate(bits)}
    is_set |= {flag: letter in flags for letter, flag in _BITS.items()}
    is_set["nillable"] = "!" not in flags
    is_set["defaultedOnCreate"] |= kind == "boolean" or (match["name"] == "OwnerId")
    is_set["filterable"] = "x" not in flags and kind not in {"address", "base64"}
    targets = match["targets"].split("|") if match["targets"] else None
    if kind == "reference" and targets is None and len(row) > 3:
        targets = row[3]
    details: dict[str, Any] = {}
    if match["size"]:
        first, _, second = match["size"].partition(",")
        details[_SIZED.get(kind, "length")] = int(first)
        if second:
            details["scale"] = int(second)
    if kind == "reference" and not match["relation"] and match["targets"]:
        details["relationship_name"] = None
    if match["values"]:
        values = match["values"].split("|")
        default = next((value.rstrip("*") for value in values if value.endswith("*")), None)
        if kind in _SIZED:
            details["default_value"] = int(default or 0)
        else:
            details["picklist"] = [value.rstrip("*") for value in values]
            if default is not None:
                details["default_value"] = default
    if "r" in flags:
        details["restricted_picklist"] = True
    number = sum(1 << at for at, flag in enumerate(bits) if is_set[flag])
    return [match["name"], kind, number, targets, details]
