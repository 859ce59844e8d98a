"""Compiles the SELECT list of a query for records: columns of SQL, and the shape of the record.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_fields.htm
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_typeof.htm
"""

from collections.abc import Sequence
from typing import Final

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.schema.rendering import parts
from salesforce_emulator.soql import errors, rows
from salesforce_emulator.soql.currency import code_of, converted, refuse_total
from salesforce_emulator.soql.formatting import formatter
from salesforce_emulator.soql.name_object import NameObject
from salesforce_emulator.soql.names import Node, ResolvedField, Scope
from salesforce_emulator.soql.operands import field_of, operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.rows import Cell, Row, Shape, record_url
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Call, Column, FieldsOf, Path, Query, TypeOf, When

FIELDS_SINCE: Final = 51.0  # the first version with FIELDS(), Spring '21
MAX_FIELDS_ROWS: Final = 200  # rows of a query with FIELDS(ALL) or FIELDS(CUSTOM)
MAX_COLUMNS: Final = 1_900  # SQLite's limit is 2,000 a row

_LONG_TEXT: Final = 255  # a textarea with more characters is a long one


class Selection:
    """What a query for records selects.

    Attributes:
        shape: Of the record.
        children: The subqueries by the keys that their results go under.
        long_texts: The long text fields selected of the root, for the page size.
    """

    def __init__(self, scope: Scope, context: QueryContext) -> None:
        self._scope = scope
        self._context = context
        self._columns: dict[Sql, int] = {}
        self.shape = Shape(self.column(Sql(scope.root.id)), self._urls(scope.root.sobject))
        self.children: list[Query] = []
        self.long_texts: list[Field] = []

    @property
    def columns(self) -> Sql:
        """The SQL of all columns, in order."""
        text = ", ".join(column.text for column in self._columns)
        return Sql(text, tuple(param for column in self._columns for param in column.params))

    def column(self, sql: Sql) -> int:
        """Return the position of a value in a row, adding its column if it is new."""
        at = self._columns.setdefault(sql, len(self._columns))
        if at >= MAX_COLUMNS:
            raise errors.too_complicated()
        return at

    def take(self, columns: Sequence[Column], most_rows: int | None) -> None:
        """Add the items of a SELECT list.

        Args:
            most_rows: Upper bound of the rows, None when there is none; FIELDS(ALL) needs one.

        Raises:
            SoqlError: A name is unknown, a field comes twice, or an item does not belong here.
        """
        for column in columns:
            item = column.item
            if column.alias and not isinstance(item, Call):
                raise errors.malformed(
                    "only aggregate expressions use field aliasing", column.alias_at
                )
            if isinstance(item, Path):
                self._field(self._scope.find(item))
            elif isinstance(item, Call):
                self._call(item, column.alias)
            elif isinstance(item, TypeOf):
                _add_typeof(self, self._scope, item, self._context.version)
            elif isinstance(item, FieldsOf):
                self._fields(item, most_rows)
            else:
                self.children.append(item)

    def child(self, name: str, at: int) -> None:
        """Keep a key for a subquery's result."""
        self.shape.add(name, rows.constant_null, at)

    def add(self, shape: Shape, resolved: ResolvedField) -> None:
        """Add a field to a record that begins at the field's first node."""
        holder = self.parent_in(shape, resolved.nodes, resolved.path.at)
        holder.add(resolved.field.name, self._cell(resolved.node, resolved.field), resolved.path.at)

    def parent_in(self, shape: Shape, nodes: Sequence[Node], at: int) -> Shape:
        """Return the record of the last of some nodes, parents inside parents."""
        for node in nodes[1:]:
            id_at = self.column(Sql(node.id))
            shape = shape.parent(node.relationship, id_at, self._urls(node.sobject), at)
        return shape

    def _field(self, resolved: ResolvedField) -> None:
        self.add(self.shape, resolved)
        is_long = resolved.field.type == "textarea" and resolved.field.length > _LONG_TEXT
        if is_long and len(resolved.nodes) == 1:
            self.long_texts.append(resolved.field)

    def _shape_of(self, resolved: ResolvedField) -> Shape:
        return self.parent_in(self.shape, resolved.nodes, resolved.path.at)

    def _cell(self, node: Node, field: Field) -> Cell:
        """Return the cell of a field, adding the columns that it needs."""
        if field.compound:
            return self._compound(node, field)
        if field.type == "base64" and isinstance(node.sobject, SObject):
            stored = Sql(f"{node.column(field)} IS NOT NULL")
            url = record_url(self._context.version, node.sobject)
            return rows.blob(field, self.column(Sql(node.id)), self.column(stored), url)
        return rows.cell(field, self.column(Sql(node.column(field))))

    def _compound(self, node: Node, field: Field) -> Cell:
        sobject = node.sobject
        names = parts(sobject, field) if isinstance(sobject, SObject) else {}
        stored = {key: sobject.field(name) for key, name in names.items()}
        return rows.compound(
            {
                key: self.column(Sql(node.column(part)))
                for key, part in stored.items()
                if part is not None
            }
        )

    def _call(self, call: Call, alias: str) -> None:
        if call.function in {"FORMAT", "CONVERTCURRENCY"}:
            (self._formatted if call.function == "FORMAT" else self._converted)(call, alias)
            return
        created = operand(call, self._scope, self._context)
        at = self.column(created.sql)
        if call.function == "TOLABEL" and created.resolved is not None and not alias:
            self._shape_of(created.resolved).add(created.name, rows.plain(at), call.at)
            return
        self.shape.add(alias or self._unnamed(), rows.plain(at), call.at)

    def _converted(self, call: Call, alias: str) -> None:
        """Select an amount in the user's currency: under its own name unless it has an alias."""
        refuse_total(call)
        resolved = field_of(call, self._scope)
        at = self.column(converted(resolved, self._context, call))
        shape = self.shape if alias else self._shape_of(resolved)
        shape.add(alias or resolved.field.name, rows.plain(at), call.at)

    def _formatted(self, call: Call, alias: str) -> None:
        inner = call.args[0]
        resolved = field_of(call, self._scope)
        show = formatter(resolved.field, self._context, call)
        value, code = Sql(resolved.sql), Sql("NULL")
        if isinstance(inner, Call):
            value, code = (
                converted(resolved, self._context, inner),
                Sql("?", (self._context.currency,)),
            )
        elif resolved.field.type == "currency" and self._context.currencies is not None:
            code = code_of(resolved, self._context)
        at, code_at = self.column(value), self.column(code)
        shape = self.shape if alias else self._shape_of(resolved)
        shape.add(alias or resolved.field.name, lambda row: show(row[at], row[code_at]), call.at)

    def _unnamed(self) -> str:
        used = sum(name.startswith("expr") for name in self.shape.cells)
        return f"expr{used}"

    def _fields(self, item: FieldsOf, most_rows: int | None) -> None:
        if self._context.version < FIELDS_SINCE:
            raise errors.unexpected_token("(", item.at + len("FIELDS"))
        if item.group != "STANDARD" and (most_rows is None or most_rows > MAX_FIELDS_ROWS):
            raise errors.malformed("The SOQL FIELDS function must have a LIMIT of at most 200")
        root = self._scope.root
        matching_fields = [
            field
            for field in self._scope.sobject.fields
            if item.group == "ALL" or field.custom == (item.group == "CUSTOM")
        ]
        if not matching_fields:
            raise errors.malformed(
                "'FIELDS(...)' expansion function must result in at least one field being selected."
            )
        for entry in matching_fields:
            self._field(ResolvedField((root,), entry, Path((entry.name,), item.at)))

    def _urls(self, sobject: SObject | NameObject) -> dict[str, tuple[str, str]]:
        version = self._context.version
        if isinstance(sobject, SObject):
            return {"": (sobject.name, record_url(version, sobject))}
        return {
            target.key_prefix: ("Name", record_url(version, target)) for target in sobject.targets
        }


def _add_typeof(selection: Selection, scope: Scope, item: TypeOf, version: float) -> None:
    """Select the fields of TYPEOF.

    Raises:
        SoqlError: The relationship is not polymorphic, or cannot refer to a type of WHEN.
    """
    nodes, reference = scope.reference(item.path)
    name = reference.relationship_name
    if len(reference.reference_to) < 2 or name is None:
        raise errors.malformed(
            f"TYPEOF is for polymorphic relationships alone, cannot use: {item.path}", item.at
        )
    key = nodes[-1].column(reference)
    id_at = selection.column(Sql(key))
    makers: dict[str, Cell] = {}
    for when in item.whens:
        target = _target(scope, reference, when)
        node = scope.joined(nodes[-1], f"{name}:{target.name}", target, key)
        shape = Shape(id_at, {"": (target.name, record_url(version, target))})
        _fill(selection, scope, shape, node, when.fields, len(nodes))
        makers[target.key_prefix] = shape.maker()
    if item.otherwise:
        others = NameObject(scope.schema, reference.reference_to)
        rest = Node(others, "", key)
        for target in others.targets:
            shape = Shape(id_at, {"": (target.name, record_url(version, target))})
            _fill(selection, scope, shape, rest, item.otherwise, len(nodes))
            makers.setdefault(target.key_prefix, shape.maker())
    holder = selection.parent_in(selection.shape, nodes, item.at)
    holder.add(name, _choose(makers, id_at), item.at)


def _target(scope: Scope, reference: Field, when: When) -> SObject:
    target = scope.schema.get(when.sobject)
    if target is None:
        raise errors.unsupported_type(when.sobject, when.at)
    if target.name not in reference.reference_to:
        raise errors.malformed(f"{reference.relationship_name} can not be a {target.name}", when.at)
    return target


def _fill(
    selection: Selection,
    scope: Scope,
    shape: Shape,
    node: Node,
    paths: Sequence[Path],
    above: int,
) -> None:
    for path in paths:
        selection.add(shape, scope.find_from(node, path, above))


def _choose(makers: dict[str, Cell], id_at: int) -> Cell:
    def make(row: Row) -> object:
        maker = makers.get((row[id_at] or "")[:3])
        return None if maker is None else maker(row)

    return make
