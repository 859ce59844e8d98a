"""The settings that a person fills in to connect an org; their JSON Schemas are what hosts show.

Each auth method adds its own in its own module.
"""

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, WithJsonSchema, model_validator

from salesforce_connector.auth import my_domain

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
        description=(
            "Where your org lives, as Setup > My Domain shows it. A sandbox's address, a bare "
            "domain or the address your browser shows in Lightning will do."
        ),
        examples=["https://acme.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"],
        min_length=1,
    )
    api_version: str = Field(
        default="",
        title="API version",
        description="Leave empty for the newest that this connector knows; give one to pin it.",
        examples=["68.0"],
        pattern=r"^([1-9][0-9]{1,2}\.0)?$",
    )
    read_only: bool = Field(
        default=False,
        title="Read-only",
        description="On to refuse, before anything is sent, every call that may change something.",
        examples=[False],
    )
    allowed_objects: tuple[ObjectName, ...] = Field(
        default=(),
        title="Allowed objects",
        description=(
            "API names of the only objects that may be used; empty for all that the user may see. "
            "What cannot be judged by them, such as Apex and Flows, is refused."
        ),
        examples=[["Account", "Contact", "Invoice__c"]],
    )
    allowed_actions: tuple[ActionName, ...] = Field(
        default=(),
        title="Allowed actions",
        description="Names of the only actions and triggers that may be used; empty for all.",
        examples=[["query", "get_record", "record_created"]],
    )
    check_fields: bool = Field(
        default=True,
        title="Check field names first",
        description=(
            "On to refuse a write with a misspelt field before it is sent, with the nearest name; "
            "costs one describe of each object and process. Off to leave it to Salesforce."
        ),
        examples=[True],
    )
    renew_early: int = Field(
        default=0,
        title="Renew early",
        description=(
            "Seconds before its end in which a token is renewed, so that no call meets an ended "
            "one; costs one question to Salesforce a token. 0 to renew when it has ended."
        ),
        examples=[300],
        ge=0,
        le=3_600,
    )
    local_org: bool = Field(
        default=False,
        title="This is a local org",
        description="On only for a local org on this machine; its address is then a loopback one.",
        examples=[False],
    )

    @model_validator(mode="after")
    def _check_address(self) -> "OrgSettings":
        my_domain.api_host(self.my_domain_url, local_org=self.local_org)
        return self

    @cached_property
    def base_url(self) -> str:
        """Where the org's sign-in is served, without a slash at its end."""
        return my_domain.api_host(self.my_domain_url, local_org=self.local_org)
