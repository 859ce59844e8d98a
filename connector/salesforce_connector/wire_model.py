"""Base of models that read Salesforce's names and have Python's.

Salesforce's names are in camel case; others get an alias of their own.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """Base of models of answers; what they do not name is passed over."""

    model_config = ConfigDict(
        extra="ignore",
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        defer_build=True,  # until the first answer: most runs read few kinds
    )


def list_of_null(value: Any) -> Any:
    """Replace the null that some API versions send for an empty list."""
    return [] if value is None else value


def empty_list() -> list[Any]:
    """Make a default; of `list` itself, pydantic parses the signature: 4 ms of a first call."""
    return []
