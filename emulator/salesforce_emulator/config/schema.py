"""What a config file may say: one class a table, one attribute a key.

Texts called `when` and `where` are what would stand behind SOQL's WHERE. A `calls` is a function
`module:function`, in a module beside the file or any that can be imported.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from salesforce_emulator.config.currencies import Currencies
from salesforce_emulator.config.field_schema import CustomField, CustomObject, RecordType
from salesforce_emulator.config.standard_picklists import StandardPicklist

InputType = Literal[
    "STRING", "TEXTAREA", "PICKLIST", "REFERENCE", "BOOLEAN", "INTEGER", "NUMBER", "CURRENCY",
    "DATE", "DATETIME", "SOBJECT",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """`[settings]`: see `settings.Settings`; times in seconds. What is not given stays."""

    hard_deletes: bool | None = None
    trusts_audit_fields: bool | None = None
    search_delay: float | None = None
    report_wait: float | None = None
    dashboard_wait: float | None = None
    bulk_wait: float | None = None
    bulk_pace: float | None = None
    bulk_page: int | None = None
    change_data_capture: tuple[str, ...] = ()
    state_and_country_picklists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """`[[validation_rules]]`: what a record may not be."""

    object: str
    when: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHistory:
    """`[[field_history]]`: fields of an object that is there, whose changes are stored."""

    object: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """`[[duplicate_rules]]`: fields that two records may not share.

    Attributes:
        matching: Fuzzy matching, whose weights Salesforce does not tell, is not offered.
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
    """`[[assignment_rules]]`: whom a lead, case or account goes to; a username or queue."""

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
class Profile:
    """`[[profiles]]`: a new one, or one that is there; `hidden` is object -> fields."""

    name: str
    read_only: bool = False
    hidden: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`[[users]]`."""

    username: str
    last_name: str
    first_name: str = ""
    email: str = ""
    profile: str = "Standard User"
    password: str | None = None
    active: bool = True
    frozen: bool = False
    api_enabled: bool = True
    time_zone: str = "America/Los_Angeles"
    locale: str = "en_US"
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`[[queues]]`.

    Attributes:
        objects: Whose records it may own.
        members: Usernames.
    """

    name: str
    objects: tuple[str, ...]
    label: str = ""
    members: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """`[[apps]]`: keys and secrets come from the seed and the name; `run_as` is a username."""

    name: str
    label: str = ""
    kind: Literal["connected_app", "external_client_app"] = "external_client_app"
    callback_urls: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("refresh_token", "api")
    flows: tuple[Literal["authorization_code", "client_credentials", "jwt_bearer"], ...] = (
        "authorization_code",
    )
    run_as: str | None = None
    require_pkce: bool = False
    refresh_token_rotation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input or output of a flow or of invocable Apex."""

    name: str
    label: str = ""
    type: InputType = "STRING"
    required: bool = False
    many: bool = False
    object: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record that a flow writes: `create` an object, or `update` the record of an id.

    Attributes:
        name: What the record's id is called in steps and outputs that follow.
    """

    create: str = ""
    update: str = ""
    name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`[[flows]]` and `[[apex]]`: either `calls` a function, or its steps and what it returns."""

    name: str
    label: str = ""
    description: str | None = None
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Input, ...] = ()
    steps: tuple[Step, ...] = ()
    returns: dict[str, Any] = field(default_factory=dict)
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApexRest:
    """`[[apex_rest]]`: `calls` a function, or what it answers; `{rest}` is its path's `*`."""

    path: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    status: int = 200
    body: Any = None
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAction:
    """`[[quick_actions]]`: of an object, or global."""

    name: str
    target: str
    label: str = ""
    type: Literal["Create", "Update", "LogACall"] = "Create"
    object: str | None = None
    link: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalProcess:
    """`[[approval_processes]]`: approvers are usernames or queues, one a step.

    Attributes:
        approvers: An empty one is named by who submits, or approved the step before.
        recall: Whoever submits a record may take it back.
    """

    name: str
    object: str
    label: str = ""
    approvers: tuple[str, ...] = ()
    when: str = ""
    description: str | None = None
    recall: bool = False
    on_submit: dict[str, Any] = field(default_factory=dict)
    on_approval: dict[str, Any] = field(default_factory=dict)
    on_rejection: dict[str, Any] = field(default_factory=dict)
    on_recall: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`[[reports]]`: columns, groups, across and totals are paths as SOQL selects."""

    name: str
    object: str
    columns: tuple[str, ...]
    label: str = ""
    groups: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    where: str = ""
    date: str = "CreatedDate"
    folder: str = "Public Reports"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardComponent:
    """A component of a dashboard; `report` is the name of a report of the file."""

    report: str
    header: str = ""
    chart: str = "Bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """`[[dashboards]]`."""

    name: str
    components: tuple[DashboardComponent, ...]
    label: str = ""
    folder: str = "Public Dashboards"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCategoryGroup:
    """`[[data_category_groups]]`: categories are paths such as All, All/Europe, All/Europe/France.

    Attributes:
        name: Without `__c`, which it has in searches.
    """

    name: str
    categories: tuple[str, ...]
    label: str = ""


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
        locks: How many saves of it are refused because other work holds it.
    """

    object: str
    fields: dict[str, Any]
    ref: str = ""
    owner: str = ""
    record_type: str = ""
    locks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The whole file."""

    settings: SettingsTable = SettingsTable()
    limits: dict[str, int] = field(default_factory=dict)
    currencies: Currencies | None = None
    objects: tuple[CustomObject, ...] = ()
    fields: tuple[CustomField, ...] = ()
    picklists: tuple[StandardPicklist, ...] = ()
    events: tuple[CustomObject, ...] = ()
    record_types: tuple[RecordType, ...] = ()
    profiles: tuple[Profile, ...] = ()
    users: tuple[User, ...] = ()
    queues: tuple[Queue, ...] = ()
    apps: tuple[App, ...] = ()
    validation_rules: tuple[ValidationRule, ...] = ()
    field_history: tuple[FieldHistory, ...] = ()
    duplicate_rules: tuple[DuplicateRule, ...] = ()
    assignment_rules: tuple[AssignmentRule, ...] = ()
    outbound_messages: tuple[OutboundMessage, ...] = ()
    flows: tuple[Flow, ...] = ()
    apex: tuple[Flow, ...] = ()
    apex_rest: tuple[ApexRest, ...] = ()
    quick_actions: tuple[QuickAction, ...] = ()
    approval_processes: tuple[ApprovalProcess, ...] = ()
    reports: tuple[Report, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    data_category_groups: tuple[DataCategoryGroup, ...] = ()
    list_views: tuple[ListView, ...] = ()
    records: tuple[Record, ...] = ()
