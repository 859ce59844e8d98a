"""The switches of a local org that no record holds."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(slots=True)
class Settings:
    """What a test or a demo may turn on; all may be set while the org runs.

    Attributes:
        reraises: An error that no rule foresaw goes on up after it was answered with 500, so that
            a test fails on it. Off when the org is served to people.
        trusts_audit_fields: CreatedDate and the other audit fields may be set on create ("Set
            Audit Fields upon Record Creation").
        change_data_capture: Names of objects whose changes go on the event bus; see `event_bus/`.
        locked: Record id -> how many more saves and deletes of it, and of its children, are refused
            because other work holds it.
        read_only_profiles: Names of profiles whose users may write nothing.
        hidden_fields: What field-level security hides: profile name -> sobject -> field names.
        hard_deletes: Users may use hardDelete in bulk jobs; in a new org not even administrators
            may.
        bulk_wait: Seconds that a closed bulk job waits before its first row is done. 0: jobs do not
            follow the clock; each look at one moves it one state on.
        bulk_pace: Rows of a bulk job that are done a second.
        search_delay: How long a record lies before a search finds it; none at all by default.
        deprecated_versions: API versions that answer with a Warning, and the release in which each
            goes: `{31: "Summer '28"}`.
        bulk_page: Rows of a bulk query's result that come at once when the caller names no number.
    """

    reraises: bool = False
    trusts_audit_fields: bool = False
    change_data_capture: set[str] = field(default_factory=set)
    locked: dict[str, int] = field(default_factory=dict)
    read_only_profiles: set[str] = field(default_factory=lambda: {"Read Only"})
    hidden_fields: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    hard_deletes: bool = False
    bulk_wait: float = 0.2
    bulk_pace: float = 20_000
    deprecated_versions: dict[int, str] = field(default_factory=dict)
    bulk_page: int = 50_000
    search_delay: timedelta = timedelta()
