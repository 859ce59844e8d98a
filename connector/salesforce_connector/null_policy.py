"""What null and the empty text do to a field: one meaning in REST, collections and bulk jobs.

Salesforce stores no empty text, so "" either clears a field or leaves it. REST clears by null, a
bulk job by `#N/A` (see `bulk_csv`); a field is left by not naming it.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, Field

from salesforce_connector.form_hints import hints

Effect: TypeAlias = Literal["clear", "leave"]


class NullPolicy(BaseModel):
    """The two choices, as part of an action's input."""

    nulls: Effect = Field(
        default="clear",
        title="Null values",
        description="What null does: clear the field, or leave it as it is.",
        examples=["leave"],
        json_schema_extra=hints(visibility="advanced", group="Empty values"),
    )
    empty_texts: Effect = Field(
        default="clear",
        title="Empty texts",
        description="What an empty text does: clear the field, or leave it as it is.",
        examples=["leave"],
        json_schema_extra=hints(visibility="advanced", group="Empty values"),
    )

    def settled(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Give the fields to write: None for each to be cleared, none of those to be left."""
        written = {}
        for name, value in fields.items():
            effect = self._effect(value)
            if effect != "leave":
                written[name] = None if effect == "clear" else value
        return written

    def _effect(self, value: Any) -> Effect | None:
        if value is None:
            return self.nulls
        return self.empty_texts if value == "" else None
