"""Whether the org is there at all: proxy, name, TLS, an org at the address, and its clock."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Call, Flow
from salesforce_connector.auth import my_domain
from salesforce_connector.auth.session import Session
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply

_MOST_SKEW: Final = 120.0  # seconds; an assertion of JWT bearer lives three minutes


class Version(BaseModel):
    """A version of the API that the org offers."""

    model_config = ConfigDict(extra="ignore")

    label: str
    version: str = Field(pattern=r"^\d+\.\d$")


class _Versions(BaseModel):
    versions: list[Version]


def flow(
    session: Session, report: Report, proxy: str | None, now: datetime
) -> Flow[list[Version] | None]:
    """Take the steps `proxy` to `clock`; give the versions offered, None when there is no org."""
    base = session.base_url
    try:
        answer = yield Call("GET", "/services/data", anonymous=True)
        body = {"versions": records.decode(answer)}
        offered = read_reply(_Versions, body, "the list of versions").versions
    except ConnectorError as error:
        _explain(report, error, base, proxy)
        return None
    _found_a_way(report, base, proxy, until="address")
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
    _clock(report, answer, now)
    return offered


def _found_a_way(report: Report, base: str, proxy: str | None, until: str) -> None:
    """Write down the steps before `until`, all of them well."""
    host = urlsplit(base).hostname
    said = {
        "proxy": ("ok", f"By the proxy {proxy}." if proxy else "No proxy stands between."),
        "dns": ("skipped", "The proxy looks the name up.")
        if proxy
        else ("ok", f"{host} is known."),
        "tls": ("ok", f"{host} proves who it is by a certificate that this machine trusts.")
        if base.startswith("https:")
        else ("skipped", "A local org needs no TLS."),
    }
    for step, (status, message) in said.items():
        if step == until:
            return
        report.add(step, "ok" if status == "ok" else "skipped", message)


def _explain(report: Report, error: ConnectorError, base: str, proxy: str | None) -> None:
    """Write down which of the steps failed; the error's own causes tell."""
    causes = [*_causes(error)]
    host = urlsplit(base).hostname
    if any(isinstance(each, httpx.ProxyError) for each in causes):
        report.blame("proxy", f"The proxy {proxy or ''} does not let the connector through.")
    elif any(isinstance(each, socket.gaierror) for each in causes):
        _found_a_way(report, base, proxy, until="dns")
        report.blame("dns", f"This machine does not find {host}.")
    elif any(isinstance(each, ssl.SSLError) for each in causes):
        _found_a_way(report, base, proxy, until="tls")
        report.blame("tls", f"This machine does not trust the certificate that {host} shows.")
    else:
        _found_a_way(report, base, proxy, until="address")
        message = f"{base} does not answer as a Salesforce org does: {error.message}"
        report.fail("address", error, message)
    report.skip_rest("the address is not that of an org")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    told = set[int]()
    while error is not None and id(error) not in told:  # a chain may bite its own tail
        told.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _clock(report: Report, answer: Response, now: datetime) -> None:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        report.add("clock", "skipped", "The org did not say what time it is.")
        return
    skew = (now - theirs).total_seconds()
    if abs(skew) <= _MOST_SKEW:
        report.add("clock", "ok", "This machine's clock agrees with Salesforce's.")
        return
    way = "fast" if skew > 0 else "slow"
    report.add(
        "clock",
        "warning",
        f"This machine's clock is {abs(skew) / 60:,.0f} minutes {way} by Salesforce's.",
        "Set it right, by NTP for example; triggers and signed sign-ins go by it.",
    )
