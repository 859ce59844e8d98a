"""Options of writing records that go as headers: duplicate rules, assignment rules, conditions.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers.htm
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector.forms.hints import hints
from salesforce_connector.null_policy import ValuePolicy

AssignmentRule = Annotated[
    str,
    Field(
        title="Assignment rule",
        description=(
            "Who gets a lead, case or account: default (the org's active rule), none, "
            "or the ID of a rule."
        ),
        pattern=r"^(default|none|[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?)$",
        examples=["none"],
        json_schema_extra=hints(
            widget="combobox",
            visibility="advanced",
            group="Duplicates and assignment",
            text="With none the owner does not change.",
        ),
    ),
]


class CreateOptions(ValuePolicy):
    """How new records are written. The org's assignment rule runs, as it does in its screens."""

    allow_duplicates: bool = Field(
        default=False,
        title="Allow duplicates",
        description="Save even if a duplicate rule warns. A rule that blocks still blocks.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Duplicates and assignment"),
    )
    assignment_rule: AssignmentRule = "default"

    def headers(self) -> dict[str, str]:
        """Return the headers for it."""
        headers = {}
        if self.allow_duplicates:
            headers["Sforce-Duplicate-Rule-Header"] = "allowSave=true"
        if self.assignment_rule != "default":
            rule = self.assignment_rule
            headers["Sforce-Auto-Assign"] = "FALSE" if rule == "none" else rule
        return headers


class ChangeOptions(CreateOptions):
    """How records that may exist are written.

    Salesforce's own default also runs the assignment rule on updates, and so takes records from
    their owners; here it runs only on request.
    """

    assignment_rule: AssignmentRule = "none"


class Unmodified(BaseModel):
    """A condition on the current record."""

    model_config = ConfigDict(defer_build=True)

    if_unmodified_since: AwareDatetime | None = Field(
        default=None,
        title="If unmodified since",
        description=(
            "Write only if nobody has changed the record since then (compared to the second)."
        ),
        examples=["2026-01-31T09:00:00Z"],
        json_schema_extra=hints(
            visibility="advanced", text="Otherwise the step fails with a Conflict."
        ),
    )

    def condition(self) -> dict[str, str]:
        """Return the header for it; none without a condition."""
        if self.if_unmodified_since is None:
            return {}
        return {"If-Unmodified-Since": http_date(self.if_unmodified_since)}


def http_date(moment: datetime) -> str:
    """Write a point in time; a part of a second is dropped, which refuses too much at worst."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
