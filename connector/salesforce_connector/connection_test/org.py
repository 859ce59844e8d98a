"""Which user and which org the connection is for, and which API versions that org serves."""

from typing import Final

from salesforce_connector import records
from salesforce_connector.connection_test.facts import Facts, TestFlow
from salesforce_connector.connection_test.network import Version
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.http.connection_state import API_VERSION
from salesforce_connector.soql.binding import bind

_OLDEST_SAFE: Final = 41.0  # 31.0 to 40.0 go out of support in Summer '27

_SMALL: Final = {  # editions whose limits stop a workflow soon, and what the limit is
    "Developer Edition": "15,000 API calls a day and 5 MB of data",
    "Professional Edition": "an API only if it was bought as well",
    "Group Edition": "no API of its own",
}


def version(report: Report, used_version: str, served: list[Version]) -> None:
    """Take the step `version`."""
    newest = max((float(version.version) for version in served), default=0.0)
    used = float(used_version)
    if all(float(version.version) != used for version in served):
        report.add(
            "version",
            "failed",
            f"The org does not support API version {used_version}; its newest is {newest}.",
            "Pin a supported version in the connection's settings.",
        )
    elif used < _OLDEST_SAFE:
        report.add(
            "version",
            "warning",
            f"API version {used_version} is no longer supported from Summer '27.",
            f"Pin a newer one, or none to use {API_VERSION}.",
        )
    else:
        report.add(
            "version", "ok", f"API version {used_version} is used; the org's newest is {newest}."
        )


def identity(facts: Facts, report: Report) -> TestFlow[None]:
    """Take the step `identity`."""
    user_id = report.identity.get("user_id", "")
    try:
        query = bind("SELECT Id, Username, Name FROM User WHERE Id = :id", {"id": user_id})
        body = records.decode((yield Call("GET", "/query", params={"q": query})))
        user = body["records"][0]
        user_id, username, name = (str(user[key]) for key in ("Id", "Username", "Name"))
    except (ConnectorError, LookupError, TypeError):
        report.add(
            "identity",
            "warning",
            f"Signed in as the user with ID {user_id or 'unknown'}, who may not read users.",
            'Give the user read access to "User" to see the name here; nothing else needs it.',
        )
        return
    report.identity.update(user_id=user_id, username=username, name=name)
    run_as = facts.method.name == "client_credentials"
    acts_as = "acts as its Run As user" if run_as else "is signed in as"
    report.add("identity", "ok", f"The connection {acts_as} {username} ({name}).")


def organization(facts: Facts, report: Report) -> TestFlow[None]:
    """Take the step `organization`."""
    report.org["instance_url"] = facts.base_url
    try:
        query = "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization"
        body = records.decode((yield Call("GET", "/query", params={"q": query})))
        org = body["records"][0]
        org_id, name, edition = (str(org[key]) for key in ("Id", "Name", "OrganizationType"))
        sandbox = bool(org["IsSandbox"])
    except (ConnectorError, LookupError, TypeError):
        report.add(
            "organization",
            "warning",
            f"The org's ID is {report.org.get('id', 'unknown')}; the user may not read its name.",
        )
        return
    report.org.update(id=org_id, name=name, edition=edition, sandbox=sandbox)
    former = facts.credentials.former_org_id
    if former and former != org_id:
        report.add(
            "organization",
            "warning",
            f"The connection now leads to another org: {name} ({org_id}) instead of {former}.",
            "A sandbox that was refreshed is a new org. Check that the record IDs and settings in "
            "the workflows are of this org, then sign in again.",
        )
        return
    kind = "a sandbox" if sandbox else "production"
    if facts.settings.local_org:
        kind = "a local org, not Salesforce"
    small = f" This edition has {_SMALL[edition]}." if edition in _SMALL else ""
    report.add("organization", "ok", f"{name} ({org_id}), {edition}: {kind}.{small}")
