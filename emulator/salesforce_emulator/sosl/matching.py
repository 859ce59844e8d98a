"""Finds the records of one sobject that a term matches, the best first.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_in.htm
"""

# SQL is built from the schema's names; search words are bound as parameters.
# ruff: noqa: S608

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.sosl.terms import Phrase, Term, words_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_TEXTS: Final = frozenset({"string", "textarea", "email", "phone", "url", "combobox"})
_CUSTOM: Final = _TEXTS | {"picklist", "multipicklist"}
_NAMES: Final = frozenset({"FirstName", "MiddleName", "LastName"})
_NOT_ASCII: Final = "*[^\x01-\x7f]*"
_MAX_REQUIRED: Final = 4  # words that SQL looks for before we do; more make it no faster


def _is_name(field: Field) -> bool:
    return field.name_field or field.name in _NAMES


GROUPS: Final[dict[str, Callable[[Field], bool]]] = {
    "ALL": lambda _: True,
    "NAME": _is_name,
    "EMAIL": lambda field: field.type == "email",
    "PHONE": lambda field: field.type == "phone",
    "SIDEBAR": lambda field: _is_name(field) or field.type in {"email", "phone"},
}
"""Which fields each group of IN takes."""


def searchable(sobject: SObject) -> bool:
    """Return whether records of an sobject are searchable."""
    return "searchable" in sobject.flags and bool(fields_of(sobject, "ALL"))


def fields_of(sobject: SObject, group: str) -> tuple[Field, ...]:
    """Return the fields of an sobject that a search in a group looks at."""
    takes = GROUPS[group]
    return tuple(field for field in sobject.fields if _holds_words(field) and takes(field))


def find(org: "Org", sobject: SObject, group: str, term: Term) -> list[str]:
    """Return the ids of the records that match: those whose name does first, then by id.

    A record is indexed `settings.search_delay` after its last write.
    """
    fields = fields_of(sobject, group)
    if not fields:
        return []
    names = ", ".join(f'"{field.name}"' for field in fields)
    where, params = _where(org, sobject, fields, term)
    sql = f'SELECT "Id", {names} FROM "{sobject.name}"{where} ORDER BY "Id"'
    title = [at for at, field in enumerate(fields) if _is_name(field)]
    ranked: list[tuple[int, str]] = []
    for record_id, *values in org.db.tuples(sql, params):
        words = [words_of(value) if value else () for value in values]
        if term.matches(words):
            ranked.append((_rank(term, [words[at] for at in title]), record_id))
    return [record_id for _, record_id in sorted(ranked)]


def _holds_words(field: Field) -> bool:
    values = field.createable or field.updateable or field.name_field or field.auto_number
    return values and field.type in (_CUSTOM if field.custom else _TEXTS)


def _rank(term: Term, titles: Sequence[Sequence[str]]) -> int:
    """Return how well a record matches by its name: 0 is best."""
    if not term.matches(titles):
        return 2
    whole = isinstance(term, Phrase) and any(len(title) == len(term.patterns) for title in titles)
    return 0 if whole else 1


def _where(
    org: "Org", sobject: SObject, fields: Sequence[Field], term: Term
) -> tuple[str, list[str]]:
    """Exclude records that are deleted, not indexed yet, or lack a required word."""
    parts, params = [], []
    if sobject.soft_deleted:
        parts.append('"IsDeleted" = 0')
    if org.settings.search_delay and sobject.field("SystemModstamp") is not None:
        parts.append('"SystemModstamp" <= ?')
        params.append(datetime_text(org.clock.now() - org.settings.search_delay))
    text = " || ' ' || ".join(f"coalesce(\"{field.name}\", '')" for field in fields)
    # LIKE folds ASCII alone: a text with other letters is left for us to look at.
    plain = [word for word in term.required() if word.isascii()]
    for word in plain[:_MAX_REQUIRED]:
        parts.append(f"({text} LIKE ? OR {text} GLOB ?)")
        params += [f"%{word}%", _NOT_ASCII]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), params
