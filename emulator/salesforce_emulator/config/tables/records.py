"""Tables of records, of rules for saving them, and of list views.

`when` and `where` are what would follow WHERE in SOQL.
"""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """`[[validation_rules]]`: a record that satisfies `when` is refused with `message`."""

    object: str
    when: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHistory:
    """`[[field_history]]`: fields of an existing object whose changes are stored."""

    object: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """`[[duplicate_rules]]`: fields that two records may not share.

    Attributes:
        matching: Fuzzy matching, whose weights Salesforce does not publish, is not offered.
    """

    object: str
    fields: tuple[str, ...]
    action: Literal["alert", "block"] = "alert"
    message: str = "Use one of these records?"
    name: str = ""
    on_update: bool = True
    matching: Literal["exact"] = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRule:
    """`[[assignment_rules]]`: the owner (a username or queue) of a lead, case or account."""

    object: Literal["Account", "Case", "Lead"]
    owner: str
    when: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """`[[outbound_messages]]`: SOAP that is sent to an endpoint of this machine after a save.

    Attributes:
        on: Which saves send it.
        only_newly: An update sends it only when `when` was not true of the record before.
    """

    name: str
    object: str
    endpoint: str
    fields: tuple[str, ...] = ()
    on: tuple[Literal["create", "update"], ...] = ("create", "update")
    when: str = ""
    only_newly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """`[[list_views]]`: `order` is what ORDER BY takes; `mine` shows each user their own."""

    name: str
    object: str
    columns: tuple[str, ...]
    label: str = ""
    where: str = ""
    order: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`[[records]]`: a field's value `@acme` is the id of the record whose `ref` is acme.

    Attributes:
        owner: A username, or the name of a queue; empty for the administrator.
        record_type: Its name; empty for the default one.
        locks: How many saves of it fail with UNABLE_TO_LOCK_ROW.
    """

    object: str
    fields: dict[str, Any]
    ref: str = ""
    owner: str = ""
    record_type: str = ""
    locks: int = 0
