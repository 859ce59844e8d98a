"""The rules of one object's fields, compiled from its description into fast checks of records.

A check refuses only what Salesforce is sure to refuse, so that a wrongly typed value is blamed on
its record and field before a call is sent: Salesforce itself refuses the whole call for one bad
value and names neither. Bounds, picklist values and validation rules are left to Salesforce.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from salesforce_connector.metadata.field_rules import (
    NOT_WRITABLE,
    TOO_LONG,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    Fault,
    FieldRule,
    ParentRule,
    Purpose,
    compile_field,
    compile_parent,
)
from salesforce_connector.metadata.object_outline import ObjectOutline
from salesforce_connector.metadata.text_length import truncate
from salesforce_connector.metadata.value_forms import join_list
from salesforce_connector.suggestions import suggest_field


class CheckOptions(NamedTuple):
    """What to do with values that do not fit.

    Attributes:
        drop_read_only: Leave out fields that cannot be written.
        truncate: Cut texts to the length of their field.
        references: Accept `@{name.field}` of composite calls for any value.
    """

    drop_read_only: bool = False
    truncate: bool = False
    references: bool = False


@dataclass(slots=True)
class Checked:
    """A record as it is to be sent.

    Attributes:
        record: The very record, unless something in it had to change.
        faults: Why it cannot be sent; empty when it can.
        dropped: Fields that were left out.
        truncated: Fields whose text was cut.
    """

    record: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)


BadParents: TypeAlias = Mapping[tuple[str, str], Fault]
"""Faults of parents named by a field that is no external id, by relationship and field."""


class RecordRules(NamedTuple):
    """What a record of one object may hold; all keys in lower case.

    Attributes:
        sobject: API name of the object.
        fields: Its own.
        parents: Relationships through which a parent may be named by external id.
        children: Objects of the relationships by which a tree holds records below it.
        key_prefix: What the ids of its records begin with; empty when it has none.
    """

    sobject: str
    fields: Mapping[str, FieldRule]
    parents: Mapping[str, ParentRule]
    children: Mapping[str, str]
    key_prefix: str = ""

    @classmethod
    def of(cls, about: ObjectOutline) -> "RecordRules":
        """Compile a description."""
        parts: dict[str, list[str]] = {}
        for description in about.fields:
            if (
                description.compound_field_name
                and description.compound_field_name != description.name
            ):
                parts.setdefault(description.compound_field_name, []).append(description.name)
        return cls(
            about.name,
            {
                sys.intern(field.name.lower()): compile_field(field, parts.get(field.name, []))
                for field in about.fields
            },
            {
                sys.intern(field.relationship_name.lower()): compile_parent(
                    field.relationship_name, field.name, tuple(field.reference_to)
                )
                for field in about.fields
                if field.relationship_name
            },
            {
                sys.intern(relationship.name.lower()): sys.intern(relationship.sobject)
                for relationship in about.child_relationships
                if relationship.name
            },
            about.key_prefix or "",
        )

    def child(self, name: str, value: Any) -> str | None:
        """Return the object of the records that a tree holds under a name; None: it holds none."""
        nested = isinstance(value, dict) and "records" in value
        return self.children.get(name.lower()) if nested else None

    def unknown(self, record: Mapping[str, Any]) -> str | None:
        """Return the first field of a record that the object does not have; None if it has all."""
        for name, value in record.items():
            lowered = name.lower()
            if lowered in self.fields or lowered == "attributes" or self.child(name, value):
                continue
            if not (isinstance(value, dict) and lowered in self.parents):
                return name
        return None

    def unknown_field(self, name: str) -> Fault:
        """Return the fault of a name that the object does not have, with the most likely one."""
        nearest = suggest_field(name, {rule.name: rule.label for rule in self.fields.values()})
        return Fault(
            name,
            UNKNOWN_FIELD,
            f"is not a field of {self.sobject}, or the user may not see it",
            f"Did you mean {nearest}?" if nearest else "Check the spelling and the user's access.",
        )

    def read_only(self, name: str) -> str:
        """Explain why a field cannot be written, to follow its name."""
        return self.fields[name.strip().lower()].read_only or "cannot be written by this user"

    def parent_keys(self) -> list[str]:
        """Return the fields by which a parent can be named."""
        return [rule.name for rule in self.fields.values() if rule.key]

    def accepts(self, record: Mapping[str, Any], purpose: Purpose) -> bool:
        """Return whether a record can be sent unchanged, with any options; fast, since most can.

        False does not mean that it cannot: `check` decides.
        """
        for name, value in record.items():
            lowered = name.lower()
            rule = self.fields.get(lowered)
            if rule is None or lowered == "id" or not rule.is_writable(purpose):
                return False
            if value is None or value == "":
                continue
            if rule.check(value) or (rule.joins and type(value) is not str):
                return False
            # An emoji counts as two characters, and so does a line break in a text area.
            if rule.length and type(value) is str and 2 * len(value) > rule.length:
                return False
            if rule.normalize is not None and rule.normalize(value) is not value:
                return False
        return True

    def check(
        self,
        record: Mapping[str, Any],
        purpose: Purpose,
        options: CheckOptions,
        bad_parents: BadParents,
        key: str = "",
    ) -> Checked:
        """Check one record.

        Args:
            record: Values by API name; of a parent named by external id, an object.
            purpose: What is done with it.
            options: What to do with values that do not fit.
            bad_parents: Of the relationships in use.
            key: The field that an upsert finds records by, in lower case: not held to be writable.
        """
        done = Checked(record)
        for name, value in record.items():
            lowered = name.lower()
            rule = self.fields.get(lowered)
            if rule is None or lowered in ("id", "attributes"):
                if lowered not in ("id", "attributes"):
                    self._check_relationship(done, name, lowered, value, options, bad_parents)
                continue
            if lowered != key and not rule.is_writable(purpose):
                self._refuse_read_only(done, name, rule, purpose, options)
            elif value is not None and value != "":
                self._check_value(done, name, rule, value, options, is_key=lowered == key)
        return done

    def _check_value(
        self,
        done: Checked,
        name: str,
        rule: FieldRule,
        value: Any,
        options: CheckOptions,
        *,
        is_key: bool,
    ) -> None:
        if rule.joins and (text := join_list(value)) is not value:
            _put(done, name, text)
            return
        if options.references and isinstance(value, str) and "@{" in value:
            return
        if broken := rule.check(value):
            done.faults.append(Fault(name, WRONG_TYPE, broken))
        elif rule.length and type(value) is str:
            self._check_length(done, name, rule, value, truncates=options.truncate and not is_key)
        elif rule.normalize and (normal := rule.normalize(value)) is not value:
            _put(done, name, normal)

    def _check_length(
        self, done: Checked, name: str, rule: FieldRule, value: str, *, truncates: bool
    ) -> None:
        if truncates and rule.cuttable:
            cut = truncate(value, rule.length, lines=rule.kind == "textarea")
            if cut is not value:
                _put(done, name, cut)
                done.truncated.append(name)
        elif len(value) > rule.length and len(value.strip()) > rule.length:
            rule_text = f"takes {rule.length:,} characters; there are {len(value):,}"
            remedy = "Set too_long to truncate to cut it." if rule.cuttable else ""
            done.faults.append(Fault(name, TOO_LONG, rule_text, remedy))

    def _refuse_read_only(
        self, done: Checked, name: str, rule: FieldRule, purpose: Purpose, options: CheckOptions
    ) -> None:
        if options.drop_read_only:
            _drop(done, name)
            done.dropped.append(name)
            return
        when = {"create": "set in a new record", "update": "changed in a record"}.get(
            purpose, "set"
        )
        why = rule.read_only or f"cannot be {when} by this user"
        done.faults.append(Fault(name, NOT_WRITABLE, why, rule.remedy))

    def _check_relationship(
        self,
        done: Checked,
        name: str,
        lowered: str,
        value: Any,
        options: CheckOptions,
        bad_parents: BadParents,
    ) -> None:
        """Check what is no field: a parent by external id, or what was read below a record."""
        parent = self.parents.get(lowered)
        if parent is None:
            self._refuse_unknown(done, name, lowered, value, options)
            return
        if value is None or value == "":
            _drop(done, name)
            if parent.reference.lower() not in map(str.lower, done.record):
                _put(done, parent.reference, None)
            return
        if not isinstance(value, dict):
            done.faults.append(self.unknown_field(name))
            return
        keys = [element for element in value if element != "attributes"]
        if len(keys) != 1:
            rule = "names a parent by one external ID field"
            self._refuse_parent(done, name, Fault(name, WRONG_TYPE, rule), options)
        elif fault := bad_parents.get((lowered, keys[0].lower())):
            self._refuse_parent(done, name, fault, options)
        elif value[keys[0]] is None or value[keys[0]] == "":
            _drop(done, name)
            _put(done, parent.reference, None)

    def _refuse_parent(self, done: Checked, name: str, fault: Fault, options: CheckOptions) -> None:
        if options.drop_read_only:
            _drop(done, name)
            done.dropped.append(name)
        else:
            done.faults.append(fault)

    def _refuse_unknown(
        self, done: Checked, name: str, lowered: str, value: Any, options: CheckOptions
    ) -> None:
        children = isinstance(value, dict) and lowered in self.children
        if children or (value is None and lowered in self.children):
            fault = Fault(
                name, NOT_WRITABLE, "holds child records, which have to be written separately"
            )
            self._refuse_parent(done, name, fault, options)
        else:
            done.faults.append(self.unknown_field(name))


def _put(done: Checked, name: str, value: Any) -> None:
    done.record = {**done.record, name: value}


def _drop(done: Checked, name: str) -> None:
    done.record = {item: value for item, value in done.record.items() if item != name}
