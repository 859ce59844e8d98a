"""The tables of a config file: one class a table, one attribute a key."""

from dataclasses import dataclass, field

from salesforce_emulator.config.tables.automations import (
    ApexRest,
    ApprovalProcess,
    Flow,
    QuickAction,
)
from salesforce_emulator.config.tables.objects import (
    CustomField,
    CustomObject,
    RecordType,
    StandardPicklist,
)
from salesforce_emulator.config.tables.records import (
    AssignmentRule,
    DuplicateRule,
    FieldHistory,
    ListView,
    OutboundMessage,
    Record,
    ValidationRule,
)
from salesforce_emulator.config.tables.reports import Dashboard, DataCategoryGroup, Report
from salesforce_emulator.config.tables.users import App, Profile, Queue, User


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """`[settings]`: see `org.settings.Settings`; times in seconds. None keeps the default."""

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
class Currencies:
    """`[currencies]`: `rates` maps ISO codes to the value of one unit of the corporate currency."""

    corporate: str = "USD"
    rates: dict[str, float] = field(default_factory=dict)
    inactive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
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
