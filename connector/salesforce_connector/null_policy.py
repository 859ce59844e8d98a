"""What null and the empty text do to a field: one meaning in REST, collections and bulk jobs.

Salesforce stores no empty text, so "" either clears a field or leaves it. REST clears by null, a
bulk job by `#N/A` (see `bulk.csv_format`); a field is left by not naming it.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm
"""

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.forms.hints import hints
from salesforce_connector.records import reference_of

Effect: TypeAlias = Literal["clear", "leave"]


class NullPolicy(BaseModel):
    """The two choices, as part of an action's input."""

    model_config = ConfigDict(defer_build=True)

    nulls: Effect = Field(
        default="clear",
        title="Null values",
        description="What null does to a field: clear it, or leave it unchanged.",
        examples=["leave"],
        json_schema_extra=hints(visibility="advanced", group="Empty values"),
    )
    empty_texts: Literal["connection", "clear", "leave"] = Field(
        default="connection",
        title="Empty texts",
        description=(
            "What an empty text does to a field: as the connection's settings say, clear it, or "
            "leave it unchanged."
        ),
        examples=["leave"],
        json_schema_extra=hints(visibility="advanced", group="Empty values"),
    )

    def with_default(self, empty_texts: Effect) -> Self:
        """Return the choices with those of the connection in the place of what is left open."""
        if self.empty_texts != "connection" or empty_texts == "clear":
            return self  # what is left open clears
        return self.model_copy(update={"empty_texts": empty_texts})

    def apply(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields to write: None for each to be cleared, none of those to be left.

        A parent whose external id is empty is cleared, or left, by the reference to it.
        """
        written = {}
        for name, value in fields.items():
            if value and not isinstance(value, dict):  # as most are
                written[name] = value
                continue
            cleared = name
            if isinstance(value, dict):
                keys = [key for key in value if key != "attributes"]
                if len(keys) == 1 and value[keys[0]] in (None, ""):
                    cleared, value = reference_of(name), value[keys[0]]
            elif value is None and name.lower().endswith("__r"):
                cleared = reference_of(name)
            effect = self._effect(value)
            if effect is None:
                written[name] = value
            elif effect == "clear":
                written[cleared] = None
        return written

    def _effect(self, value: Any) -> Effect | None:
        if value is None:
            return self.nulls
        if value not in ("", [], ()):
            return None
        return "leave" if self.empty_texts == "leave" else "clear"


class FitPolicy(BaseModel):
    """What happens to values that a field does not accept; part of an action's input."""

    model_config = ConfigDict(defer_build=True)

    read_only_fields: Literal["refuse", "drop"] = Field(
        default="refuse",
        title="Read-only fields",
        description=(
            "Refuse a record with a field that cannot be written, such as a formula, or drop the "
            "field. drop accepts a record exactly as it was read."
        ),
        examples=["drop"],
        json_schema_extra=hints(visibility="advanced", group="Values that do not fit"),
    )
    too_long: Literal["refuse", "truncate"] = Field(
        default="refuse",
        title="Texts that are too long",
        description=(
            "Refuse the record, or truncate the text to the length of its field; a warning lists "
            "the fields."
        ),
        examples=["truncate"],
        json_schema_extra=hints(visibility="advanced", group="Values that do not fit"),
    )


class ValuePolicy(FitPolicy, NullPolicy):
    """Both, for an action whose input is records."""
