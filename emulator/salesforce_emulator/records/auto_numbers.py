"""Autonumbers: `00001000`, `INV-0001`. A number is never assigned twice.

https://help.salesforce.com/s/articleView?id=platform.fields_about_auto_number.htm
"""

import re
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.sequences import last_number
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_FORMAT: Final = re.compile(r"(?P<before>[^{]*)\{(?P<zeros>0+)\}(?P<after>[^{]*)")
# The first number of each; custom objects begin at 1.
_FIRST: Final = {"Case": 1000, "Contract": 100, "Order": 100}


def next_number(org: "Org", sobject: SObject, field: Field) -> str:
    """Return the next number of an autonumber field, formatted."""
    key = (sobject.name, field.name)
    if key not in org.numbers:
        org.numbers[key] = _last(org, sobject, field)
    org.numbers[key] += 1
    form = _FORMAT.fullmatch(field.auto_number_format)
    if form is None:
        raise ValueError(f"not an autonumber format: {field.auto_number_format!r}")
    return f"{form['before']}{org.numbers[key]:0{len(form['zeros'])}d}{form['after']}"


def _last(org: "Org", sobject: SObject, field: Field) -> int:
    sql = f'SELECT "{field.name}" FROM "{sobject.name}" ORDER BY "Id" DESC LIMIT 1'  # noqa: S608
    row = org.db.execute(sql).fetchone()
    values = (row and row[0], last_number(org.db, sobject.name, field.name))
    form = _FORMAT.fullmatch(field.auto_number_format)
    before, after = (form["before"], form["after"]) if form else ("", "")
    numbers = [int(str(item).removeprefix(before).removesuffix(after)) for item in values if item]
    return max([_FIRST.get(sobject.name, 1) - 1, *numbers])
