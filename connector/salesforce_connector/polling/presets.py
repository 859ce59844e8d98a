"""Inputs that the triggers for one kind of record share; each is a reading of `changes`."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.polling.changes import Followed, Start

MORE_FIELDS: Final = "API names of more fields to return."


class Preset(BaseModel):
    """The fields of one object's records to return, and where to begin."""

    model_config = ConfigDict(extra="forbid")

    start: Start = "now"

    def followed(self, sobject: str, *fields: str) -> Followed:
        """Return the object to follow, and the fields to read."""
        return Followed(sobject=sobject, fields=[*fields], start=self.start)


def more_fields(sobject: str, *examples: str) -> Any:
    """Return a preset's input `fields`, a list of `NamedFieldPath`.

    Args:
        sobject: API name of the object whose fields are offered.
    """
    options: JsonDict = dynamic_options("fields", sobject=sobject)
    return Field(
        default_factory=list,
        title="More fields",
        description=MORE_FIELDS,
        examples=[[*examples]],
        json_schema_extra=options | hints(widget="tags"),
    )
