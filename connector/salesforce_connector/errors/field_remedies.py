"""Remedies for refused fields by their cause: one error code of Salesforce has many causes.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

import re
from dataclasses import dataclass
from typing import Final

_CODES: Final = frozenset(
    {
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_QUERY_FILTER_OPERATOR",
        "INVALID_TYPE",
        "JSON_PARSER_ERROR",
        "MALFORMED_QUERY",
        "NOT_FOUND",
        "VALIDATIONERROR",
    }
)


@dataclass(frozen=True, slots=True)
class _Cause:
    says: re.Pattern[str]
    remedy: str


def _cause(says: str, remedy: str) -> _Cause:
    return _Cause(re.compile(says, re.IGNORECASE), remedy)


_CAUSES: Final = (
    _cause(
        r"unexpected token: '\*'",
        "SOQL has no *: name the fields, or use FIELDS(ALL) with a LIMIT of 200 at most.",
    ),
    _cause(
        "unexpected token: '[\"`\u2018\u2019\u201c\u201d\u201e]",
        "Put text values into straight single quotes, or pass them as parameters.",
    ),
    _cause(
        r"external ID field does not exist or is not accessible: [a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$",
        "Check the ID and the object: the ID does not belong to this object.",
    ),
    _cause(
        r"external ID field does not exist or is not accessible",
        "Use Id, or a field that is marked External ID in Setup and that the user may see.",
    ),
    _cause(
        r"on entity 'Name'",
        "The parent may be of several objects, and only fields that all have can be selected. Use "
        "TYPEOF, as in TYPEOF What WHEN Account THEN Phone END.",
    ),
    _cause(
        r"requires a filter by",
        "Filter by the fields that the message names, with = or IN and IDs; list_files does it for "
        "the files of records.",
    ),
    _cause(
        r"(can ?not|can't) be longer than [\d,]+ characters|statement is too long",
        "Select fewer fields, or split a long list of values into several queries.",
    ),
    _cause(
        r"must be aggregated|field must be grouped|not aggregated",
        "Put the field into GROUP BY, or into a function such as COUNT or MAX.",
    ),
    _cause(
        r"should not be enclosed in quotes"
        r"|must be of type (date|int|double|boolean|currency|percent|time)",
        "Compare with a value of the field's type: without quotes in SOQL, or as a parameter such "
        'as {"date": "2026-01-31"}, a number or true.',
    ),
    _cause(
        r"should be enclosed in quotes|must be of type (string|id)",
        "Compare with a text value: in quotes in SOQL, or as a text parameter.",
    ),
    _cause(
        "FieldUndefined",
        "Use API names; a field of a record is written with its value, as in Name { value }.",
    ),
    _cause("instance of date from", "Give a date such as 2026-01-31."),
    _cause(
        "instance of datetime from", "Give a time with its offset, such as 2026-01-31T09:00:00Z."
    ),
    _cause("instance of time from", "Give a time such as 09:30:00.000Z."),
    _cause("instance of boolean from", "Give true or false, not in quotes."),
    _cause("instance of (double|int|long) from", "Give a number, such as 1234.56, not in quotes."),
    _cause(
        "instance of string from START_ARRAY",
        "Give one text value; values of a multi-select picklist are joined by semicolons.",
    ),
    _cause("instance of .* from START_OBJECT", "Give one value, not an object."),
    _cause(
        r"foreign key external id",
        "No parent record has this external ID. Create the parent first, or correct the value.",
    ),
    _cause(
        r"multi.?(select )?picklist|invalid operator|operator .*not (valid|allowed|supported)",
        "Use an operator that the field supports; a multi-select picklist takes includes and "
        "excludes, = and !=.",
    ),
    _cause(
        r"can ?not be filtered|can ?not be used in (a )?where|not filterable",
        "Filter by another field. Long texts and encrypted fields cannot be filtered by; search "
        "finds words in them.",
    ),
    _cause(
        r"can ?not be (sorted|grouped)|not (sortable|groupable)",
        "Sort or group by another field, or sort and group after the query.",
    ),
    _cause(
        r"did(n't| not) understand relationship",
        "Use the relationship's name: a custom one ends in __r, and that of AccountId is Account.",
    ),
    _cause(
        r"check the security settings",
        "The field is read-only, or the user's profile may not write it.",
    ),
)


def remedy_for_field(code: str, message: str) -> str:
    """Return the remedy for a refused field by its cause; empty if it is unknown."""
    if code not in _CODES:
        return ""
    return next((cause.remedy for cause in _CAUSES if cause.says.search(message)), "")
