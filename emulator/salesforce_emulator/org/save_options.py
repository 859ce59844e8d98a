"""What a caller may ask of a save, by headers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """What a caller may ask for with headers.

    Attributes:
        allows_duplicates: `Sforce-Duplicate-Rule-Header: allowSave=true`.
        includes_duplicates: The same header's `includeRecordDetails=true`: a refusal shows the
            records in full that are alike.
        auto_assigns: `Sforce-Auto-Assign` is not FALSE.
        assignment_rule: The id that the same header has; None for the rule that is active.
        version: As in the URL, for addresses of records.
        marks_viewed: `Sforce-Mru: updateMru=true`, the default: the record becomes a recent one.
    """

    allows_duplicates: bool = False
    includes_duplicates: bool = False
    auto_assigns: bool = True
    assignment_rule: str | None = None
    version: str = "v68.0"
    marks_viewed: bool = True
