"""How records of one sobject are written, worked out once and then used for each record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.storage import collation
from salesforce_emulator.records.field_validation import Check, check
from salesforce_emulator.records.values import Reader, Stored, reader
from salesforce_emulator.schema.field import NUMBER_TYPES, Field
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_AUDIT: Final = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById")
_ON_UPDATE: Final = ("LastModifiedDate", "LastModifiedById", "SystemModstamp")
_VIEWED: Final = ("LastViewedDate", "LastReferencedDate")


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One field that a body may name.

    Attributes:
        targets: For a reference: key prefix -> name of the sobject that has it.
        find: For a unique field: the SQL that finds ids of records with a value.
    """

    field: Field
    name: str
    read: Reader
    check: Check | None
    targets: dict[str, str]
    find: str


class Plan:
    """What is prepared for one sobject.

    Attributes:
        columns: By lower-case field name.
        required: Names of fields that a create must set, in describe's order.
        defaults: Values of fields that a create does not set.
        owners: Fields that name the caller by default: the owner, and a document's author.
        queued: True when the owner may be a queue.
    """

    def __init__(self, sobject: SObject, schema: Schema) -> None:
        self.sobject = sobject
        self.columns = {
            field.name.lower(): _column(sobject, field, schema)
            for field in sobject.fields
            if not field.compound
        }
        self.required = tuple(
            field.name for field in sobject.fields if field.required and field.type != "boolean"
        )
        self.defaults: dict[str, Stored] = {
            field.name: _default(field) for field in sobject.fields if _default(field) is not None
        }
        owner = sobject.field("OwnerId")
        owned = owner is not None and "User" in owner.reference_to
        self.owners = tuple(
            name
            for name, belongs in (("OwnerId", owned), ("AuthorId", sobject.name == "Document"))
            if belongs
        )
        self.queued = owner is not None and "Group" in owner.reference_to
        self.auto_numbers = tuple(field for field in sobject.fields if field.auto_number)
        self.audit = tuple(name for name in (*_AUDIT, "SystemModstamp") if sobject.field(name))
        self.on_update = tuple(name for name in _ON_UPDATE if sobject.field(name))
        self.viewed = tuple(name for name in _VIEWED if sobject.field(name))
        self.photo = sobject.field("PhotoUrl") is not None
        self._inserts: dict[tuple[str, ...], str] = {}

    def insert(self, names: tuple[str, ...]) -> str:
        """Return the SQL that inserts these columns."""
        if names not in self._inserts:
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join("?" * len(names))
            self._inserts[names] = f'INSERT INTO "{self.sobject.name}" ({columns}) VALUES ({marks})'  # noqa: S608
        return self._inserts[names]

    def update(self, names: tuple[str, ...]) -> str:
        """Return the SQL that sets these columns of the row with the id that comes last."""
        sets = ", ".join(f'"{name}" = ?' for name in names)
        return f'UPDATE "{self.sobject.name}" SET {sets} WHERE "Id" = ?'  # noqa: S608 - our names


class _Plans:
    """The plans of one org, for the schema that it has."""

    def __init__(self, org: "Org") -> None:
        self.schema = org.schema
        self.by_sobject: dict[SObject, Plan] = {}


def plan_of(org: "Org", sobject: SObject) -> Plan:
    """Return how records of an sobject are written; prepared on first use."""
    plans = org.part(_Plans)
    if plans.schema is not org.schema:
        plans.schema, plans.by_sobject = org.schema, {}
    plan = plans.by_sobject.get(sobject)
    if plan is None:
        plan = plans.by_sobject[sobject] = Plan(sobject, org.schema)
    return plan


def _default(field: Field) -> Stored:
    if field.auto_number:
        return None
    if field.default_value is not None and field.type != "boolean":
        return field.default_value
    if field.type == "boolean":
        return 1 if field.default_value is True else None  # the column's own default is 0
    # Counters of the platform begin at zero.
    if field.type in NUMBER_TYPES and not field.nillable and not field.createable:
        return 0
    return None


def _column(sobject: SObject, field: Field, schema: Schema) -> Column:
    targets = {}
    for name in field.reference_to:
        target = schema.get(name)
        if target is not None:
            targets[target.key_prefix] = target.name
    find = ""
    if field.unique or field.external_id or field.id_lookup:
        live = ' AND "IsDeleted" = 0' if sobject.soft_deleted else ""
        find = (
            f'SELECT "Id" FROM "{sobject.name}"'  # noqa: S608 - our own names
            f' WHERE "{field.name}" = ?{collation(field)}{live} ORDER BY "Id"'
        )
    return Column(field, field.name, reader(field), check(field), targets, find)
