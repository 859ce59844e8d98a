"""Which version of the API a client uses, when the org does not serve the one that it began with.

A client begins with the version that is pinned, or with the newest that this connector was tested
with. Only when a call fails as if the version were missing, the list of versions is requested, once
a client: that needs no sign-in and counts as no call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm
"""

from collections.abc import Generator

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.errors import ConnectorError, NotFound
from salesforce_connector.flow import Call
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply


class Version(BaseModel):
    """One version of the API."""

    model_config = ConfigDict(extra="ignore")

    label: str = Field(default="", title="Label", description="Name of the Salesforce release.")
    version: str = Field(
        title="Version", description=('Version number, as in "68.0".'), pattern=r"^\d+\.\d$"
    )
    url: str = Field(
        default="",
        title="Address",
        description="Path of the version's resources on the org's host.",
    )


class _Versions(BaseModel):
    versions: list[Version]


def list_offered() -> Generator[Call, Response, list[Version]]:
    """Ask for the versions that the org serves, the oldest first.

    Raises:
        BadReply: The answer is not a list of them.
    """
    body = {"versions": records.decode((yield Call("GET", "/services/data", anonymous=True)))}
    versions = read_reply(_Versions, body, "the list of versions").versions
    return sorted(versions, key=lambda version: float(version.version))


def may_be_unsupported(error: ConnectorError, call: Call) -> bool:
    """Return whether an error may be about the version: 410 is, and 404 of a resource may be."""
    missing = error.status == 404 and "requested resource does not exist" in error.message
    of_token_endpoint = error.session_problem == "no_token"
    return (
        (error.status == 410 or missing)
        and not of_token_endpoint
        and not call.path.startswith("/services/")
    )


def choose(version: str, *, pinned: bool) -> Generator[Call, Response, str]:
    """Return the version to use: the one in use if the org serves it, else the newest below it.

    Raises:
        NotFound: It is pinned, or too old for the org, and the org does not serve it.
    """
    numbers = [float(version.version) for version in (yield from list_offered())]
    used = float(version)
    if used in numbers:
        return version
    below = [number for number in numbers if number < used]
    if pinned or not below:
        span = f"{numbers[0]} to {numbers[-1]}" if numbers else "none"
        raise NotFound(
            f"The org does not serve API version {version}; it serves {span}.",
            code="UNSUPPORTED_API_VERSION",
            remedy="Pin one that it serves in the connection's settings, or none.",
            fields=("api_version",),
        )
    return f"{below[-1]:.1f}"
