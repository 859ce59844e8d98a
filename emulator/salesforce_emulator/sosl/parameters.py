"""Parameterized searches, rewritten as SOSL so that both run the same code.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from salesforce_emulator import errors
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.sosl.errors import malformed
from salesforce_emulator.sosl.matching import GROUPS

_KNOWN: Final = frozenset(
    {"q", "in", "fields", "sobjects", "overallLimit", "defaultLimit", "offset", "spellCorrection"}
    | {"metadata", "pricebookId"}
)
_OF_OBJECT: Final = frozenset({"name", "fields", "where", "orderBy", "limit"})
_NOT_OFFERED: Final = frozenset(
    {"dataCategories", "division", "highlight", "netWorkIds", "snippet", "updateTracking"}
    | {"updateViewStat"}
)
_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
_BRACES: Final = re.compile(r"(?:[^\\{}]|\\.)*", re.DOTALL)
_DEFAULT_LIMIT: Final = 2_000  # rows of one sobject by default


def parameterized(body: Mapping[str, Any]) -> str:
    """Return the SOSL of a POST's JSON.

    Raises:
        SalesforceError: A member is missing, unknown, of another type, or not offered here.
    """
    for name in body:
        if name in _NOT_OFFERED:
            raise errors.not_offered(f"{name} in a parameterized search")
        if name not in _KNOWN:
            raise errors.unknown_member(name)
    text = body.get("q")
    if not isinstance(text, str):
        raise errors.missing_argument("q")
    if _BRACES.fullmatch(text) is None:
        raise malformed("braces in a search term must be escaped").shown_in(text)
    group = str(body.get("in") or "ALL").upper().removesuffix(" FIELDS")
    if group not in GROUPS:
        raise errors.illegal_parameter(f"in must be one of {', '.join(GROUPS)}")
    objects = [_returning(item, body) for item in _list(body.get("sobjects"))]
    if body.get("offset") and len(objects) != 1:
        raise errors.illegal_parameter("offset is for a search of one sobject")
    returning = f" RETURNING {', '.join(objects)}" if objects else ""
    limit = _number(body, "overallLimit")
    clauses = "".join(
        f" WITH {name} = '{_quote(str(body[name]))}'"
        for name in ("metadata", "pricebookId")
        if body.get(name) is not None
    )
    ending = f" LIMIT {limit}" if limit else ""
    return f"FIND {{{text}}} IN {group} FIELDS{returning}{clauses}{ending}"


def parameterized_url(params: Iterable[tuple[str, str]]) -> str:
    """Return the SOSL of a GET's query string: `q=a&sobject=Account&Account.fields=Id,Name`."""
    body: dict[str, Any] = {}
    objects: dict[str, dict[str, Any]] = {}
    for name, value in params:
        owner, dot, part = name.partition(".")
        if name.lower() == "sobject":
            for item in value.split(","):
                objects.setdefault(item.strip(), {"name": item.strip()})
        elif dot:
            described = objects.setdefault(owner, {"name": owner})
            described[part] = _with_type(part, value)
        else:
            body[name] = _with_type(name, value)
    if objects:
        body["sobjects"] = list(objects.values())
    return parameterized(body)


def _returning(argument: object, body: Mapping[str, Any]) -> str:
    """Write one sobject of RETURNING."""
    described = {"name": argument} if isinstance(argument, str) else argument
    if not isinstance(described, dict):
        raise wrong_json_kind("sobject", argument)
    for name in described:
        if name not in _OF_OBJECT:
            raise errors.unknown_member(name)
    name = described.get("name")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise errors.unsupported_type(str(name))
    fields = [str(item) for item in _list(described.get("fields") or body.get("fields"))] or ["Id"]
    limit = _number(described, "limit") or _number(body, "defaultLimit") or _DEFAULT_LIMIT
    where, order = described.get("where"), described.get("orderBy")
    offset = _number(body, "offset")
    inner = (
        f"{', '.join(fields)}{f' WHERE {where}' if where else ''}"
        f"{f' ORDER BY {order}' if order else ''} LIMIT {limit}"
        f"{f' OFFSET {offset}' if offset else ''}"
    )
    return f"{name}({inner})"


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _list(argument: object) -> list[Any]:
    if argument is None:
        return []
    if not isinstance(argument, list):
        raise wrong_json_kind("list", argument)
    return argument


def _number(argument: Mapping[str, Any], name: str) -> int:
    """Return a whole number; 0 for none."""
    value = argument.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_json_kind("int", value)
    if value < 1 and name != "offset":
        raise errors.illegal_parameter(f"{name} must be 1 or more")
    return value


def _with_type(name: str, value: str) -> Any:
    """Read a parameter of a URL as the type that JSON would have for it."""
    if name == "fields":
        return [part.strip() for part in value.split(",") if part.strip()]
    if name in {"limit", "overallLimit", "defaultLimit", "offset"}:
        if not value.isascii() or not value.isdecimal():
            raise errors.illegal_parameter(f"{name} must be a number")
        return int(value)
    return value
