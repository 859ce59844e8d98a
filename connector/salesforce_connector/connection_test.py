"""Test Connection: a diagnosis in steps, each with what to change when it fails.

It is a flow, run by the same client as the actions, so that it cannot succeed where they would
fail. It reads only what every user may read: itself and its org.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import metadata, records
from salesforce_connector.action import Call, Flow
from salesforce_connector.auth import my_domain
from salesforce_connector.auth.session import Session
from salesforce_connector.errors import ConnectorError
from salesforce_connector.requests import API_VERSION, Result
from salesforce_connector.soql import bind
from salesforce_connector.validation import read_reply

STEPS: Final = (
    "address",
    "sign_in",
    "api",
    "version",
    "identity",
    "organization",
    "scopes",
    "read",
    "calls_left",
)

# By these Salesforce says that the sign-in was good but the API is closed to it.
_API_CLOSED: Final = frozenset({"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"})

_OLDEST_SAFE: Final = 41.0  # 31.0 to 40.0 go out of support in Summer '27

# Where to look when an error itself does not say.
_REMEDIES: Final = {
    "address": "Correct the connection's settings.",
    "sign_in": "Setup > Users > the user > Login History tells why.",
    "api": 'Give the user the permission "API Enabled" (Setup > Permission Sets).',
    "read": "Try again; if it stays, report this with the API version.",
}

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(slots=True)
class Report:
    """What was found, step by step.

    Attributes:
        checks: One for each of `STEPS`, in that order.
        identity: `user_id`, `username`, `name`; what could be read of them.
        org: `id`, `name`, `edition`, `sandbox`, `instance_url`; what could be read of them.
    """

    checks: list[dict[str, str]] = field(default_factory=list)
    identity: dict[str, Any] = field(default_factory=dict)
    org: dict[str, Any] = field(default_factory=dict)

    def add(self, step: str, status: Status, message: str, remedy: str = "") -> None:
        """Write down one step."""
        self.checks.append({"id": step, "status": status, "message": message, "remedy": remedy})

    def fail(self, step: str, error: ConnectorError) -> None:
        """Write down a step that failed."""
        self.add(step, "failed", error.message, error.remedy or _REMEDIES[step])

    def skip_rest(self, because: str) -> None:
        """Write down that the steps after the last one were not taken."""
        for step in STEPS[len(self.checks) :]:
            self.add(step, "skipped", f"Not tried, because {because}.")

    def as_json(self, result: Result) -> dict[str, Any]:
        """Give it as the contract has it."""
        return {
            "ok": all(check["status"] != "failed" for check in self.checks),
            "checks": self.checks,
            "identity": self.identity,
            "org": self.org,
            "usage": result.usage.as_json(),
        }


class _Version(BaseModel):
    model_config = ConfigDict(extra="ignore")

    label: str
    version: str = Field(pattern=r"^\d+\.\d$")


class _Versions(BaseModel):
    versions: list[_Version]


def unusable(error: ConnectorError) -> Report:
    """Give the report of a connection whose settings cannot even be read."""
    report = Report()
    report.fail("address", error)
    report.skip_rest("the settings do not fit")
    return report


def flow(session: Session, version: str, result: Result) -> Flow[Report]:
    """Test a connection.

    Args:
        session: Of the client that runs this.
        version: Of the API that its actions use.
        result: Where that client counts calls.
    """
    report = Report()
    offered = yield from _address(session, report)
    if offered is None:
        report.skip_rest("the address is not that of an org")
        return report
    stopped = yield from _sign_in(report)
    if stopped:
        report.skip_rest(stopped)
        return report
    _version(report, version, offered)
    yield from _identity(session, report)
    yield from _organization(session, report)
    _scopes(session, report)
    yield from _read(report)
    _calls_left(report, result)
    return report


def _address(session: Session, report: Report) -> Flow[list[_Version] | None]:
    base = session.base_url
    try:
        answer = yield Call("GET", "/services/data", anonymous=True)
        body = {"versions": records.decode(answer)}
        offered = read_reply(_Versions, body, "the list of versions").versions
    except ConnectorError as error:
        report.add(
            "address",
            "failed",
            f"{base} does not answer as a Salesforce org does: {error.message}",
            error.remedy or "Copy the address from Setup > My Domain.",
        )
        return None
    if my_domain.is_login_host(base):
        report.add(
            "address",
            "warning",
            f"{base} serves every org's sign-in, and External Client Apps may refuse it.",
            "Give the org's own address, as Setup > My Domain shows it.",
        )
    else:
        kind = "a local org" if session.settings.local_org else "Salesforce"
        report.add("address", "ok", f"{base} answers as {kind}.")
    return offered


def _sign_in(report: Report) -> Flow[str]:
    """Take the steps `sign_in` and `api`; give why to stop, empty to go on."""
    try:
        body = records.decode((yield Call("GET", "/")))
    except ConnectorError as error:
        if error.status in (404, 410):
            body = {}  # the version is not served: the version's own check says so
        elif error.code in _API_CLOSED:
            report.add("sign_in", "ok", "The org gave a token.")
            report.fail("api", error)
            return "the API is closed to this user"
        else:
            report.fail("sign_in", error)
            return "the sign-in failed"
    report.add("sign_in", "ok", "The org gave a token and takes it.")
    report.add("api", "ok", "The REST API is open to this user.")
    if isinstance(body, dict) and isinstance(body.get("identity"), str):
        org_id, _, user_id = urlsplit(body["identity"]).path.removeprefix("/id/").partition("/")
        report.identity["user_id"], report.org["id"] = user_id, org_id
    return ""


def _version(report: Report, version: str, offered: list[_Version]) -> None:
    newest = max((float(each.version) for each in offered), default=0.0)
    used = float(version)
    if all(float(each.version) != used for each in offered):
        report.add(
            "version",
            "failed",
            f"The org does not serve API version {version}; its newest is {newest}.",
            "Pin one that it serves in the connection's settings.",
        )
    elif used < _OLDEST_SAFE:
        report.add(
            "version",
            "warning",
            f"API version {version} goes out of support in Summer '27.",
            f"Pin a newer one, or none to use {API_VERSION}.",
        )
    else:
        report.add("version", "ok", f"API version {version} is used; the org offers {newest}.")


def _identity(session: Session, report: Report) -> Flow[None]:
    user_id = report.identity.get("user_id", "")
    try:
        query = bind("SELECT Id, Username, Name FROM User WHERE Id = :id", {"id": user_id})
        body = records.decode((yield Call("GET", "/query", params={"q": query})))
        user = body["records"][0]
        found, username, name = (str(user[each]) for each in ("Id", "Username", "Name"))
    except (ConnectorError, LookupError, TypeError):
        report.add(
            "identity",
            "warning",
            f"Signed in as the user with id {user_id or 'unknown'}, who may not read itself.",
            'Give the user read access to "User" to see the name here; nothing else needs it.',
        )
        return
    report.identity.update(user_id=found, username=username, name=name)
    acts_as = "acts as its Run As user" if session.method.interactive is False else "signed in as"
    report.add("identity", "ok", f"The connection {acts_as} {username} ({name}).")


def _organization(session: Session, report: Report) -> Flow[None]:
    try:
        query = "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization"
        body = records.decode((yield Call("GET", "/query", params={"q": query})))
        org = body["records"][0]
        found, name, edition = (str(org[each]) for each in ("Id", "Name", "OrganizationType"))
        sandbox = bool(org["IsSandbox"])
    except (ConnectorError, LookupError, TypeError):
        report.org["instance_url"] = session.base_url
        report.add(
            "organization",
            "warning",
            f"The org's id is {report.org.get('id', 'unknown')}; its name may not be read.",
        )
        return
    report.org.update(
        id=found, name=name, edition=edition, sandbox=sandbox, instance_url=session.base_url
    )
    kind = "a sandbox" if sandbox else "production"
    if session.settings.local_org:
        kind = "a local org, not Salesforce"
    report.add("organization", "ok", f"{name} ({found}), {edition}: {kind}.")


def _scopes(session: Session, report: Report) -> None:
    granted = session.credentials.scope.split()
    if not granted:
        report.add("scopes", "skipped", "The org did not say which scopes it granted.")
        return
    wanted = {"api", "full"}
    if not wanted & set(granted):
        report.add(
            "scopes",
            "failed",
            f"Granted: {', '.join(granted)}; without api no action works.",
            'Select "Manage user data via APIs (api)" in the app, then sign in again.',
        )
    elif session.method.interactive and session.credentials.refresh_token is None:
        report.add(
            "scopes",
            "warning",
            f"Granted: {', '.join(granted)}; the connection ends when the session does.",
            'Select "Perform requests at any time (refresh_token, offline_access)" in the app, '
            "then sign in again.",
        )
    else:
        report.add("scopes", "ok", f"Granted: {', '.join(granted)}.")


def _read(report: Report) -> Flow[None]:
    try:
        objects = metadata.read_objects((yield Call("GET", "/sobjects")))
    except ConnectorError as error:
        report.fail("read", error)
        return
    readable = sum(each.queryable for each in objects)
    report.add("read", "ok", f"{readable:,} objects can be queried by this user.")


def _calls_left(report: Report, result: Result) -> None:
    usage = result.usage.as_json()
    left, most = usage["limit_left"], usage["limit_max"]
    if left is None:
        report.add("calls_left", "skipped", "The org did not say how many calls are left.")
    elif left < most / 10:
        report.add(
            "calls_left",
            "warning",
            f"{left:,} of {most:,} API calls are left of the last 24 hours' allowance.",
            "Setup > Company Information > API Requests shows who spends them.",
        )
    else:
        report.add("calls_left", "ok", f"{left:,} of {most:,} API calls are left today.")
