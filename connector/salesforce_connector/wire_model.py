"""What Salesforce sends, read by its names and known by Python's.

Its names are in camel case; what is spelt otherwise gets an alias where it stands.
"""

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
