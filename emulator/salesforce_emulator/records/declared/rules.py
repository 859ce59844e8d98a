"""What an administrator has declared about an org's records: rules, tracked fields, checks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

DUPLICATE_MESSAGE: Final = "Use one of these records?"  # of a rule without its own
ASSIGNED_OBJECTS: Final = frozenset({"Account", "Case", "Lead"})  # that the header is about

Check: TypeAlias = Callable[[SaveContext], None]
"""Raises SalesforceError to refuse a save."""

DeleteCheck: TypeAlias = Callable[["Org", "Access", str], None]
"""Raises SalesforceError to refuse that a user deletes the record of an id."""


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A validation rule.

    Attributes:
        refuses: Returns whether a record is refused: a `Condition`, or any function.
        message: The message to the author, as it is: HTML is not escaped.
        field: The field to blame; None blames the record.
    """

    sobject: str
    refuses: Callable[[SaveContext], bool]
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """A duplicate rule.

    Attributes:
        fields: API names; a record matches one with the same values, none of them empty.
        alerts: The caller may save all the same; otherwise nobody may.
        name: Its API name; empty for the standard rule of the sobject.
        on_update: A change may make a duplicate, too.
    """

    sobject: str
    fields: tuple[str, ...]
    alerts: bool = True
    message: str = DUPLICATE_MESSAGE
    name: str = ""
    on_update: bool = True


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """An assignment rule.

    Attributes:
        owner_id: Of a user, or of a queue, 18 characters.
        when: True of the records that it is for; None for all.
        rule_id: What a caller may name it by, 15 or 18 characters beginning with 01Q.
        active: It runs when the caller names none.
    """

    sobject: str
    owner_id: str
    when: Callable[[SaveContext], bool] | None = None
    rule_id: str = "01Q000000000001EAA"
    active: bool = True

    def __post_init__(self) -> None:
        if self.sobject not in ASSIGNED_OBJECTS:
            raise ValueError(f"{self.sobject} has no assignment rules")
        if parse_id(self.rule_id) is None:
            raise ValueError(f"{self.rule_id} is no id")


@dataclass(slots=True)
class DeclaredRules:
    """What is declared in one org; empty at first, and may be added to while it runs.

    Attributes:
        tracked_fields: Of which fields history is stored, by sobject; `field_history.track` adds.
        save_checks: Called with each save before it is written.
        after_save: Called with each save once it is written, in its transaction.
        delete_checks: Called with each record before it is deleted.
    """

    validation_rules: list[ValidationRule] = field(default_factory=list)
    duplicate_rules: list[DuplicateRule] = field(default_factory=list)
    assignment_rules: list[AssignmentRule] = field(default_factory=list)
    tracked_fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    save_checks: list[Check] = field(default_factory=list)
    after_save: list[Callable[[SaveContext], None]] = field(default_factory=list)
    delete_checks: list[DeleteCheck] = field(default_factory=list)


def declared_rules(org: "Org") -> DeclaredRules:
    """Return an org's declared rules."""
    return org.part(_no_rules)


def _no_rules(_org: "Org") -> DeclaredRules:
    return DeclaredRules()
