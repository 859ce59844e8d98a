"""Holds the stored value of one field to the field's bounds: length, range, picklist, form.

What is read out of JSON, in `values.py`, comes here next.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from salesforce_emulator import errors
from salesforce_emulator.schema.field import TEXT_TYPES, Field

Check: TypeAlias = Callable[[Any], None]

# Characters before the @ as RFC 5321 has them, then a host name with a dot in it.
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}"
)


def check(field: Field) -> Check | None:
    """Return the function that holds a stored value, not None, to the field's bounds.

    It raises SalesforceError. None when the field has no bounds to check.
    """
    return _CHECKS[field.type](field) if field.type in _CHECKS else None


def _length(field: Field) -> Check:
    limit = field.length

    def check(value: str) -> None:
        if len(value) > limit:
            raise errors.too_long(field.label, value, limit, field.name)

    return check


def _email(field: Field) -> Check:
    length = _length(field)

    def check(value: str) -> None:
        if _EMAIL.fullmatch(value) is None:
            raise errors.invalid_email(field.label, value, field.name)
        length(value)

    return check


def _picklist(field: Field) -> Check:
    length = _length(field)
    values = frozenset(item.value for item in field.picklist if item.active)

    def check(value: str) -> None:
        if value not in values:
            if field.restricted_picklist:
                raise errors.bad_picklist_value(field.label, value, field.name)
            length(value)

    return check


def _multipicklist(field: Field) -> Check:
    single = _picklist(field)

    def check(value: str) -> None:
        for part in value.split(";"):
            single(part)

    return check


def _digits(field: Field) -> Check:
    bound = 10 ** (field.digits or 9)  # an int of 32 bits shows nine digits

    def check(value: int) -> None:
        if abs(value) >= bound:
            raise errors.out_of_range(field.label, str(value), field.name)

    return check


def _range(field: Field) -> Check:
    bound = 10.0 ** (field.precision - field.scale)

    def check(value: float) -> None:
        if abs(value) >= bound:
            raise errors.out_of_range(field.label, f"{Decimal(value):f}", field.name)

    return check


_CHECKS: Final[Mapping[str, Callable[[Field], Check]]] = {
    **dict.fromkeys(TEXT_TYPES, _length),
    **dict.fromkeys(("double", "currency", "percent"), _range),
    **dict.fromkeys(("int", "long"), _digits),
    "email": _email,
    "picklist": _picklist,
    "multipicklist": _multipicklist,
}
