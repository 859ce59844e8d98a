"""The switches of a local org that no record holds."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Settings:
    """What a test or a demo may turn on; all may be set while the org runs.

    Attributes:
        reraises: An error that no rule foresaw goes on up after it was answered with 500, so that
            a test fails on it. Off when the org is served to people.
        trusts_audit_fields: CreatedDate and the other audit fields may be given on create ("Set
            Audit Fields upon Record Creation").
        hidden_fields: What field-level security hides: profile name -> sobject -> field names.
    """

    reraises: bool = False
    trusts_audit_fields: bool = False
    hidden_fields: dict[str, dict[str, set[str]]] = field(default_factory=dict)
