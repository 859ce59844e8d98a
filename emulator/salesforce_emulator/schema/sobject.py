"""What one sobject is: its fields, its children, what may be done with it.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from salesforce_emulator.schema.field import Field


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """A field of another sobject that points at this one.

    `relationship_name` is None when it cannot be named in a query. `cascade_delete`: the child goes
    with its parent; `restricted_delete`: the child prevents the parent's deletion; neither:
    the child's reference is cleared.
    """

    child_sobject: str
    field: str
    relationship_name: str | None
    cascade_delete: bool = False
    restricted_delete: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record type, as describe shows it; `default` is what a create gets.

    Attributes:
        picklists: Field -> the values it leaves; a picklist that is not named has all.
    """

    id: str
    developer_name: str
    name: str
    active: bool = True
    default: bool = False
    picklists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class SObject:
    """One sobject of an org's schema; looked up without regard to case.

    Attributes:
        fields: In describe's order.
        children: In describe's order.
        flags: describe's flags that are true, by their names there ("createable", "queryable" ...).
        urls: Names of the urls in describe besides `sobject`, `describe`, `rowTemplate`.
        scopes: `(name, label)` of describe's supportedScopes.
        record_types: Beside Master.
        name_field: The field that displays a record, or None.
    """

    __slots__ = (
        "_children",
        "_fields",
        "_relationships",
        "children",
        "fields",
        "flags",
        "key_prefix",
        "label",
        "label_plural",
        "name",
        "name_field",
        "record_types",
        "scopes",
        "urls",
    )

    def __init__(
        self,
        name: str,
        *,
        label: str,
        label_plural: str,
        key_prefix: str,
        fields: Iterable[Field],
        children: Iterable[ChildRelationship] = (),
        flags: Iterable[str] = (),
        urls: Iterable[str] = (),
        scopes: Iterable[tuple[str, str]] = (),
        record_types: Iterable[RecordType] = (),
    ) -> None:
        self.name = name
        self.label = label
        self.label_plural = label_plural
        self.key_prefix = key_prefix
        self.fields = tuple(fields)
        self.children = tuple(children)
        self.flags = frozenset(flags)
        self.urls = tuple(urls)
        self.scopes = tuple(scopes)
        self.record_types = tuple(record_types)
        self.name_field = next((field for field in self.fields if field.name_field), None)
        self._fields = {field.name.lower(): field for field in self.fields}
        self._relationships = {
            field.relationship_name.lower(): field
            for field in self.fields
            if field.relationship_name is not None
        }
        self._children = {
            child.relationship_name.lower(): child
            for child in self.children
            if child.relationship_name is not None
        }

    def __repr__(self) -> str:
        return f"SObject({self.name!r})"

    @property
    def custom(self) -> bool:
        return self.name.endswith(("__c", "__e"))

    @property
    def createable(self) -> bool:
        return "createable" in self.flags

    @property
    def updateable(self) -> bool:
        return "updateable" in self.flags

    @property
    def deletable(self) -> bool:
        return "deletable" in self.flags

    @property
    def queryable(self) -> bool:
        return "queryable" in self.flags

    @property
    def soft_deleted(self) -> bool:
        """True when a deleted row stays, with IsDeleted true."""
        return "isdeleted" in self._fields

    def field(self, name: str) -> Field | None:
        """Return a field by API name, in any case; None when there is none."""
        return self._fields.get(name.lower())

    def relationship(self, name: str) -> Field | None:
        """Return the reference field of a relationship name (`Account`, `Parent__r`)."""
        return self._relationships.get(name.lower())

    def child(self, relationship_name: str) -> ChildRelationship | None:
        """Return a child relationship by name (`Contacts`, `Invoices__r`)."""
        return self._children.get(relationship_name.lower())

    def extended(
        self, *, fields: Iterable[Field] = (), children: Iterable[ChildRelationship] = ()
    ) -> "SObject":
        """Return this sobject with more fields and children at the end."""
        return self._but(fields=(*self.fields, *fields), children=(*self.children, *children))

    def with_field(self, field: Field) -> "SObject":
        """Return this sobject with another field in the place of the one of the same name."""
        return self._but(
            fields=[field if item.name == field.name else item for item in self.fields]
        )

    def with_fields(self, fields: Iterable[Field]) -> "SObject":
        """Return this sobject with other fields."""
        return self._but(fields=fields)

    def with_record_types(self, record_types: Iterable[RecordType]) -> "SObject":
        """Return this sobject with these record types beside Master."""
        return self._but(record_types=record_types)

    def without(self, hidden: Iterable[str]) -> "SObject":
        """Return this sobject as one who may not see the fields `hidden` sees it."""
        removed = {name.lower() for name in hidden}
        return self._but(
            fields=[field for field in self.fields if field.name.lower() not in removed]
        )

    def _but(
        self,
        *,
        fields: Iterable[Field] | None = None,
        children: Iterable[ChildRelationship] | None = None,
        record_types: Iterable[RecordType] | None = None,
    ) -> "SObject":
        return SObject(
            self.name,
            label=self.label,
            label_plural=self.label_plural,
            key_prefix=self.key_prefix,
            fields=self.fields if fields is None else fields,
            children=self.children if children is None else children,
            flags=self.flags,
            urls=self.urls,
            scopes=self.scopes,
            record_types=self.record_types if record_types is None else record_types,
        )
