"""The settings that a person fills in to connect an org; their JSON Schemas are what hosts show.

Each auth method adds its own in its own module.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from salesforce_connector.auth import my_domain
from salesforce_connector.auth.setting_types import PastedText
from salesforce_connector.forms.hints import hints

ObjectName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$", max_length=255)]
ActionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]


def _allow_null_for_empty(schema: dict[str, Any]) -> None:
    """Let the schema of each optional setting accept null, as the check of settings does."""
    required = schema.get("required", ())
    for name, part in schema["properties"].items():
        if name not in required and isinstance(part.get("type"), str):
            part["type"] = [part["type"], "null"]


class OrgSettings(BaseModel):
    """The settings that all auth methods share."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        defer_build=True,  # until the first connection of a method
        json_schema_extra=_allow_null_for_empty,
    )

    my_domain_url: PastedText = Field(
        title="My Domain URL",
        description="The org's address, as Setup > My Domain shows it.",
        examples=["https://acme.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"],
        min_length=1,
        json_schema_extra=hints(
            address=True,
            text=(
                "A sandbox address, a bare domain, or the address that your browser shows "
                "in Lightning works too."
            ),
        ),
    )
    api_version: str = Field(
        default="",
        title="API version",
        description=(
            "Leave empty for the newest version that this connector knows; enter one to pin it."
        ),
        examples=["68.0"],
        pattern=r"^([vV]?[1-9][0-9]{1,2}(\.0)?)?$",
        json_schema_extra=hints(visibility="advanced", group="API"),
    )
    read_only: bool = Field(
        default=False,
        title="Read-only",
        description="Refuse every call that may change data, before it is sent.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Restrictions"),
    )
    allowed_objects: tuple[ObjectName, ...] = Field(
        default=(),
        title="Allowed objects",
        description=(
            "API names of the only objects that may be used; empty for all that the user may see. "
            "Calls that cannot be checked against them, such as Apex and flows, are refused."
        ),
        examples=[["Account", "Contact", "Invoice__c"]],
        json_schema_extra=hints(widget="tags", visibility="advanced", group="Restrictions"),
    )
    allowed_actions: tuple[ActionName, ...] = Field(
        default=(),
        title="Allowed actions",
        description="Names of the only actions and triggers that may be used; empty for all.",
        examples=[["query", "get_record", "record_created"]],
        json_schema_extra=hints(widget="tags", visibility="advanced", group="Restrictions"),
    )
    check_fields: bool = Field(
        default=True,
        title="Check field names first",
        description="Check field names against the org before a write is sent.",
        examples=[True],
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text=(
                "A misspelled field is then refused with the nearest name. It costs one "
                "describe call for each object and process. When off, only Salesforce "
                "checks."
            ),
        ),
    )
    batch_calls: bool = Field(
        default=False,
        title="Batch single calls",
        description=(
            "Send calls for single records that are made at the same moment as one API call. "
            "These are creates, updates, upserts, deletes and gets, up to 200 in a call."
        ),
        examples=[True],
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text=(
                "Triggers, flows and their limits then see these records together, in one "
                "context. Results and errors are those of single calls; a record that is not "
                "written in a batch is sent again alone."
            ),
        ),
    )
    empty_texts: Literal["clear", "leave"] = Field(
        default="clear",
        title="Empty texts",
        description=(
            "What an empty text does to a field: clear it, or leave it unchanged. A step can "
            "override it."
        ),
        examples=["leave"],
        json_schema_extra=hints(
            visibility="advanced",
            group="Writing",
            text="Choose leave if forms send empty texts for inputs that were not filled in.",
        ),
    )
    share_metadata: bool = Field(
        default=True,
        title="Share descriptions",
        description=("Cache descriptions of objects for all processes, if the host has a cache."),
        examples=[True],
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text="They are revalidated with Salesforce, and hold no records.",
        ),
    )
    refresh_early: int = Field(
        default=0,
        title="Refresh early",
        description=(
            "Seconds before its expiry at which an access token is refreshed; 0 to refresh "
            "after it."
        ),
        examples=[300],
        ge=0,
        le=3_600,
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text=(
                "A value avoids calls with an expired token, and costs one introspection "
                "request for each token."
            ),
        ),
    )
    call_floor: int = Field(
        default=0,
        title="Calls to leave",
        description=(
            "API calls of the org's 24-hour limit that this connection leaves to others: it "
            "stops when only these remain. 0 to use all."
        ),
        examples=[1_000],
        ge=0,
        json_schema_extra=hints(visibility="advanced", group="API"),
    )
    background_share: int = Field(
        default=100,
        title="Share for background work",
        description=("Percentage of the org's 24-hour API calls at which background runs stop."),
        examples=[60],
        ge=1,
        le=100,
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text="All calls of the org count, of any client. 100 for no separate limit.",
        ),
    )
    long_calls: int = Field(
        default=0,
        title="Long calls at once",
        description=(
            "How many calls that may take long, such as queries and reports, run at the same "
            "time; others wait. 0 for no limit."
        ),
        examples=[20],
        ge=0,
        le=1_000,
        json_schema_extra=hints(
            visibility="advanced",
            group="API",
            text=(
                "An org allows 25 calls of 20 seconds or more at a time, a developer org 5; it "
                "refuses more. A host counts them for all its processes."
            ),
        ),
    )
    call_timeout: int = Field(
        default=600,
        title="Call timeout",
        description=(
            "Seconds that one call may take in total, from sending to the last byte. Transfers of "
            "files and bulk data may take longer; for them the lowest rate applies."
        ),
        examples=[600],
        ge=1,
        le=7_200,
        json_schema_extra=hints(visibility="advanced", group="API"),
    )
    lowest_rate: int = Field(
        default=1_000,
        title="Lowest rate",
        description=(
            "Bytes a second, averaged over half a minute, below which a transfer of a file or "
            "of bulk data is aborted. 0 for no limit."
        ),
        examples=[1_000],
        ge=0,
        json_schema_extra=hints(visibility="advanced", group="API"),
    )
    local_org: bool = Field(
        default=False,
        title="This is a local org",
        description="Only for a local org on this machine; its address is a loopback address.",
        examples=[False],
        json_schema_extra={**hints(visibility="advanced", group="API"), "x-allows-local": True},
    )

    @model_validator(mode="before")
    @classmethod
    def _take_null_for_empty(cls, settings: object) -> object:
        """Take null for an optional setting that was left empty, as many forms send it."""
        if not isinstance(settings, Mapping):
            return settings
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {
            name: value
            for name, value in settings.items()
            if value is not None or name not in optional
        }

    @field_validator("api_version")
    @classmethod
    def _normalize_version(cls, version: str) -> str:
        number = version.lower().removeprefix("v")
        return f"{number.removesuffix('.0')}.0" if number else ""

    @model_validator(mode="after")
    def _check_address(self) -> "OrgSettings":
        _ = self.base_url  # raises for what is no address of an org
        return self

    @cached_property
    def base_url(self) -> str:
        """Base of the token endpoint, without a slash at its end."""
        return my_domain.api_host(self.my_domain_url, local_org=self.local_org)
