"""Whether the org can be reached: proxy, name, TLS, an org at the address, and its clock."""

import errno
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.auth import my_domain
from salesforce_connector.connection_test.facts import Facts, TestFlow
from salesforce_connector.connection_test.report import Report, Status
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply

_MAX_SKEW: Final = 120.0  # seconds; a signed request is valid for three minutes

_REDIRECTS: Final = (301, 302, 303, 307, 308)

# Errors which show that the name was resolved, and that nothing listens there.
_REFUSED: Final = frozenset({errno.ECONNREFUSED, errno.ECONNRESET})

_PROXY_CODES: Final = frozenset({"ProxyError", "PROXY_AUTHENTICATION_REQUIRED", "PROXY_INVALID"})


class Version(BaseModel):
    """A version of the API that the org serves."""

    model_config = ConfigDict(extra="ignore")

    label: str
    version: str = Field(pattern=r"^\d+\.\d$")


class _Versions(BaseModel):
    versions: list[Version]


def flow(
    facts: Facts, report: Report, proxy: str | None, now: datetime
) -> TestFlow[list[Version] | None]:
    """Run the checks `proxy` to `clock`; return the API versions, None without an org."""
    base = facts.base_url
    try:
        call = Call("GET", "/services/data", anonymous=True, expect=_REDIRECTS)
        response: Response = yield call
        if response.status_code in _REDIRECTS:
            _add_reached(report, base, proxy, until="address")
            _add_redirect(report, response, facts)
            report.skip_rest("the org has another address")
            return None
        body = {"versions": records.decode(response)}
        versions = read_reply(_Versions, body, "the list of versions").versions
    except ConnectorError as error:
        _add_failure(report, error, base, proxy)
        report.skip_rest("no org answers at the address")
        return None
    _add_reached(report, base, proxy, until="address")
    if my_domain.is_login_host(base):
        report.add(
            "address",
            "warning",
            f"{base} serves the sign-in of every org, and may not know External Client Apps.",
            "Enter the org's own address, as Setup > My Domain shows it.",
        )
    else:
        kind = "a local org" if facts.settings.local_org else "Salesforce"
        report.add("address", "ok", f"{base} answers as {kind}.")
    _add_clock(report, response, now)
    return versions


def _add_reached(report: Report, base: str, proxy: str | None, until: str) -> None:
    """Add the steps before `until`, all of them good: the org, or something there, responded."""
    host = urlsplit(base).hostname
    checks: dict[str, tuple[Status, str]] = {
        "proxy": ("ok", f"Requests go through the proxy {proxy}.")
        if proxy
        else ("ok", "No proxy is configured."),
        "dns": ("skipped", "The proxy resolves the name.")
        if proxy
        else ("ok", f"The name {host} was found."),
        "tls": ("ok", f"The TLS certificate of {host} is trusted.")
        if base.startswith("https:")
        else ("skipped", "A local org needs no TLS."),
    }
    for step, (status, message) in checks.items():
        if step == until:
            return
        report.add(step, status, message)


def _add_failure(report: Report, error: ConnectorError, base: str, proxy: str | None) -> None:
    """Add the check that failed, by the causes of the error; unknown ones are skipped."""
    causes = [*_causes(error)]
    host = urlsplit(base).hostname
    if error.code in _PROXY_CODES:
        report.fail("proxy", error)
        return
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        _add_reached(report, base, proxy, until="tls")
        report.fail("tls", error)
        return
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        _add_reached(report, base, proxy, until="dns")
        report.fail("dns", error, f"The name {host} was not found.")
        return
    if error.status is not None or isinstance(error, BadReply):  # something responded
        _add_reached(report, base, proxy, until="address")
        message = f"{base} does not respond as a Salesforce org does: {error.message}"
        report.fail("address", error, message)
        return
    reason = "the connection to the host could not be opened"
    if proxy:
        report.add("proxy", "skipped", f"Not known: {reason} through the proxy {proxy}.")
        report.add("dns", "skipped", "The proxy resolves the name.")
    else:
        report.add("proxy", "ok", "No proxy is configured.")
        resolved = any(getattr(cause, "errno", None) in _REFUSED for cause in causes)
        if resolved:
            report.add("dns", "ok", f"The name {host} was found.")
        else:
            report.add("dns", "skipped", f"Unknown, because {reason}.")
    report.add("tls", "skipped", f"Not tested, because {reason}.")
    report.fail("address", error, error.message)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    visited = set[int]()
    while error is not None and id(error) not in visited:  # a chain may be circular
        visited.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _add_redirect(report: Report, response: Response, facts: Facts) -> None:
    location = response.headers.get("location", "")
    new = my_domain.trusted_url(location, local_org=facts.settings.local_org)
    if new is not None and new != facts.base_url:
        message = f"Your org's address is now {new}."
        remedy = f"Enter {new} as the My Domain URL."
    else:
        message = f"{facts.base_url} redirects, as no Salesforce org does."
        remedy = "Copy the address from Setup > My Domain; look for a proxy or sign-in page."
    cause = {"kind": "rejected", "code": "ORG_ADDRESS_CHANGED"}
    report.add("address", "failed", message, remedy, **cause)


def _add_clock(report: Report, response: Response, now: datetime) -> None:
    try:
        theirs = parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        report.add("clock", "skipped", "Salesforce's response has no date.")
        return
    skew = (now - theirs).total_seconds()
    if abs(skew) <= _MAX_SKEW:
        report.add("clock", "ok", "This machine's clock agrees with Salesforce's.")
        return
    direction = "ahead of" if skew > 0 else "behind"
    report.add(
        "clock",
        "warning",
        f"This machine's clock is {abs(skew) / 60:,.0f} minutes {direction} Salesforce's.",
        "Set it, for example by NTP. Triggers and signed sign-ins depend on it.",
    )
