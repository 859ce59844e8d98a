"""What one object of the Tooling API is: its fields, and where its rows come from."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import ALPHABET, to_18
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

Row: TypeAlias = Mapping[str, Any]

_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LENGTHS: Final = {"id": 18, "reference": 18, "string": 255}


@dataclass(frozen=True, slots=True)
class Entity:
    """One object whose rows are made, not stored.

    Attributes:
        rows: Returns the rows by field name, as the caller may see them; missing fields are empty.
            `Id` identifies rows.
        in_data_api: The data API's `/query` serves it, too.
        synthetic: Its rows are not stored and have no id: `Id` is the null id, and SOQL on it
            is narrower; see `synthetic_rows.py`.
    """

    sobject: SObject
    rows: "Callable[[Org, Access], Iterator[Row]]"
    in_data_api: bool = False
    synthetic: bool = False


def sobject(
    name: str, prefix: str, fields: str, children: Iterable[ChildRelationship] = ()
) -> SObject:
    """Return an sobject that is only read.

    Args:
        fields: Names, each with its type after a colon when it is no string: `Length:int`; a
            reference says to what: `DefinitionId:FlowDefinition`. One to an EntityDefinition holds
            a durable id and is a string, as documented.
    """
    return SObject(
        name,
        label=_label(name),
        label_plural=f"{_label(name)}s",
        key_prefix=prefix,
        fields=[_field(part) for part in fields.split()],
        children=children,
        flags=("queryable", "retrieveable"),
    )


def made_id(prefix: str, name: str) -> str:
    """Return the id of what has no row in the org: the same for the same name."""
    number = int.from_bytes(hashlib.sha256(f"{prefix} {name}".encode()).digest()[:8])
    digits = ""
    for _ in range(9):  # of the 15 characters, after prefix, instance and reserved
        number, digit = divmod(number, len(ALPHABET))
        digits += ALPHABET[digit]
    return to_18(f"{prefix}KX0{digits}")


def _label(name: str) -> str:
    return _WORDS.sub(" ", name)


def _field(text: str) -> Field:
    name, _, kind = text.partition(":")
    target = kind if kind[:1].isupper() else ""
    displayed = "reference" if target else kind or "string"
    if target == "EntityDefinition":
        displayed = "string"
    return Field(
        name=name,
        label=_label(name),
        type=displayed,
        length=_LENGTHS.get(displayed, 0),
        nillable=displayed not in {"id", "boolean"},
        createable=False,
        updateable=False,
        permissionable=False,
        name_field=name in {"DeveloperName", "Name"},
        reference_to=(target,) if target else (),
        relationship_name=name.removesuffix("Id") if target else None,
    )
