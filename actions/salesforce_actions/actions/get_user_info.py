"""Get the user that the connection acts as, and the org.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm
"""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Reply(BaseModel):
    """The answer; by the scopes of the app some of it may be missing."""

    model_config = ConfigDict(extra="ignore")

    user_id: str
    organization_id: str
    preferred_username: str = ""
    name: str = ""
    email: str | None = None
    zoneinfo: str | None = None
    language: str | None = None
    locale: str | None = None
    user_type: str | None = None
    active: bool | None = None


class Output(BaseModel):
    user_id: str = Field(title="User ID", description="ID of the user (18 characters).")
    organization_id: str = Field(title="Org ID", description="ID of the org (18 characters).")
    username: str = Field(title="Username", description="Username that the user signs in with.")
    name: str = Field(title="Name", description="Full name of the user.")
    email: str | None = Field(
        title="Email", description="Email address; null if the connected app may not read it."
    )
    time_zone: str | None = Field(
        title="Time zone", description="Time zone, such as Europe/Berlin."
    )
    language: str | None = Field(
        title="Language", description="Language of the user, such as en_US."
    )
    locale: str | None = Field(title="Locale", description="Locale of the user, such as en_US.")
    user_type: str | None = Field(title="User type", description="User type, such as STANDARD.")
    active: bool | None = Field(
        title="Active", description="Whether the user is active and may sign in."
    )


class _Root(BaseModel):
    identity: str


class _User(BaseModel):
    model_config = ConfigDict(extra="ignore")

    username: str = Field(alias="Username")
    name: str = Field(alias="Name")
    email: str | None = Field(default=None, alias="Email")
    time_zone: str | None = Field(default=None, alias="TimeZoneSidKey")
    language: str | None = Field(default=None, alias="LanguageLocaleKey")
    locale: str | None = Field(default=None, alias="LocaleSidKey")
    user_type: str | None = Field(default=None, alias="UserType")
    active: bool | None = Field(default=None, alias="IsActive")


def flow(args: Input) -> Flow[Output]:  # noqa: ARG001 - it has no inputs
    answer = yield Call("GET", "/services/oauth2/userinfo", expect=(403,))
    if answer.status_code == 403:  # the app has no scope for it, or the session has ended
        return (yield from _by_record())
    reply = records.read(_Reply, answer, "get_user_info")
    return Output(
        user_id=reply.user_id,
        organization_id=reply.organization_id,
        username=reply.preferred_username,
        name=reply.name,
        email=reply.email,
        time_zone=reply.zoneinfo,
        language=reply.language,
        locale=reply.locale,
        user_type=reply.user_type,
        active=reply.active,
    )


def _by_record() -> Flow[Output]:
    """Read the user's record instead, for which the scope `api` is enough."""
    root = records.read(_Root, (yield Call("GET", "/")), "get_user_info")
    organization_id, _, user_id = urlsplit(root.identity).path.removeprefix("/id/").partition("/")
    fields = ",".join(str(field.alias) for field in _User.model_fields.values())
    answer = yield Call("GET", records.path("User", user_id), params={"fields": fields})
    user = records.read(_User, answer, "get_user_info")
    return Output(user_id=user_id, organization_id=organization_id, **user.model_dump())


get_user_info = Action(
    name="get_user_info",
    title="Get user info",
    summary="Get the user that the connection acts as, and the org.",
    category="About the org",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm",
    reads=True,
    examples=(Example("Who am I", {}),),
)
