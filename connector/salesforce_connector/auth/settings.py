"""The settings that a person fills in to connect an org; their JSON Schemas are what hosts show.

Each auth method adds its own in its own module.
"""

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, WithJsonSchema, model_validator

from salesforce_connector.auth import my_domain
from salesforce_connector.form_hints import hints

Secret = Annotated[
    SecretStr,
    WithJsonSchema(
        {"type": "string", "format": "password", "writeOnly": True, "x-secret": True},
    ),
]
"""Text that is masked on screens and in reprs, and sealed by the host."""

ConsumerKey = Annotated[
    str,
    Field(
        title="Consumer Key (Client ID)",
        description=(
            "Identifies the app. In Setup: External Client App Manager > your app > Settings > "
            "OAuth Settings > Consumer Key and Secret."
        ),
        examples=["3MVG9LBJLApeX_PAsampleconsumerkey0000000000000000000000000000"],
        min_length=1,
    ),
]


ObjectName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$", max_length=255)]
ActionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]


class OrgSettings(BaseModel):
    """What every auth method needs to know of the org."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    my_domain_url: str = Field(
        title="My Domain URL",
        description="The org's address, as Setup > My Domain shows it.",
        examples=["https://acme.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"],
        min_length=1,
        json_schema_extra=hints(
            text=(
                "A sandbox address, a bare domain, or the address that your browser shows "
                "in Lightning works too."
            )
        ),
    )
    api_version: str = Field(
        default="",
        title="API version",
        description=(
            "Leave empty for the newest version that this connector knows; enter one to pin it."
        ),
        examples=["68.0"],
        pattern=r"^([1-9][0-9]{1,2}\.0)?$",
        json_schema_extra=hints(visibility="advanced", group="API"),
    )
    read_only: bool = Field(
        default=False,
        title="Read-only",
        description="Refuse every call that may change something, before it is sent.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Restrictions"),
    )
    allowed_objects: tuple[ObjectName, ...] = Field(
        default=(),
        title="Allowed objects",
        description=(
            "API names of the only objects that may be used; empty for all that the user may see. "
            "What cannot be judged by them, such as Apex and Flows, is refused."
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
                "A misspelt field is then refused with the nearest name. It costs one "
                "describe call for each object and process. When off, only Salesforce "
                "checks."
            ),
        ),
    )
    renew_early: int = Field(
        default=0,
        title="Renew early",
        description=(
            "Seconds before its end at which an access token is refreshed; 0 to refresh "
            "after its end."
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
    local_org: bool = Field(
        default=False,
        title="This is a local org",
        description="Only for a local org on this machine; its address is a loopback address.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="API"),
    )

    @model_validator(mode="after")
    def _check_address(self) -> "OrgSettings":
        my_domain.api_host(self.my_domain_url, local_org=self.local_org)
        return self

    @cached_property
    def base_url(self) -> str:
        """Where the org's sign-in is served, without a slash at its end."""
        return my_domain.api_host(self.my_domain_url, local_org=self.local_org)
