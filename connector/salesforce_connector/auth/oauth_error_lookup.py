"""Makes the error, with its meaning and remedy, for responses that issue no token.

The reasons are in `oauth_errors`. Salesforce names them in a redirect, in the token endpoint's
JSON, on a page for people, or in the address of such a page.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from salesforce_connector.auth.oauth_errors import OAUTH_ERRORS
from salesforce_connector.errors import ConnectorError, Forbidden

_MAX_SHOWN: Final = 200  # characters of Salesforce's own words

_ERROR_IN_PAGE: Final = re.compile(
    r"error=(?P<error>[A-Za-z_-]+)(?:&(?:amp;)?error_description=(?P<text>[^&\"'<>\s]*))?"
)
_CODE_IN_PAGE: Final = re.compile(r"\bOAUTH_[A-Z_]+\b")

# Names of the parameters, in lower case: those of OAuth, and those of Salesforce's own error page
# (/_nc_external/identity/sso/ui/AuthorizationError?ErrorCode=...&ErrorDescription=...).
_ERROR_PARAMETERS: Final = ("error", "errorcode", "error_code")
_DESCRIPTION_PARAMETERS: Final = ("error_description", "errordescription")


def from_oauth(
    error: str, description: str = "", *, status: int | None = None, grant: str = ""
) -> ConnectorError:
    """Make the error for a code and a description.

    Args:
        error: The code; an unknown one makes `Forbidden`.
        description: Salesforce's own words; they are shown, cut at 200 characters.
        status: HTTP status, None for a redirect.
        grant: Grant type of the request, as in `oauth_errors.oauth_error`; empty when unknown.
    """
    code = error.strip().lower().replace("-", "_").replace(" ", "_")[:_MAX_SHOWN]
    words = description.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    own_words = " ".join(filter(None, (error.strip(), description and f"({description.strip()})")))
    quote = f" Salesforce said: {_printable(own_words)}." if own_words else ""
    row = next((row for row in OAUTH_ERRORS if row.matches(code, words, grant)), None)
    if row is None:
        return Forbidden(
            f"Salesforce refused the sign-in.{quote}",
            code=code.upper() or "SIGN_IN_REFUSED",
            remedy="Setup > Users > the user > Login History shows why.",
            status=status,
        )
    return row.kind(
        row.meaning + quote,
        code=code.upper() or "SIGN_IN_REFUSED",
        remedy=row.advice,
        status=status,
        retry_after=row.retry_after,
    )


def from_page(text: str, *, status: int | None = None, grant: str = "") -> ConnectorError | None:
    """Make the error that a page of Salesforce's for people names; None when it names none.

    Args:
        text: The page's HTML.
        status: HTTP status of the page.
        grant: As for `from_oauth`.
    """
    if match := _ERROR_IN_PAGE.search(text):
        description = unquote_plus(match["text"] or "")
        return from_oauth(match["error"], description, status=status, grant=grant)
    if match := _CODE_IN_PAGE.search(text):
        return from_oauth(match[0], status=status, grant=grant)
    return None


def parameters_of(address: str) -> Mapping[str, str]:
    """Return the parameters of a URL's query and fragment, names in lower case."""
    parts = urlsplit(address)
    _, _, query_in_fragment = parts.fragment.rpartition("?")
    pairs = parse_qsl(f"{parts.query}&{query_in_fragment}")
    return {name.lower(): value for name, value in pairs}


def error_in(parameters: Mapping[str, str]) -> tuple[str, str]:
    """Return code and description of an error among a URL's parameters; empty for none."""
    error = next(filter(None, map(parameters.get, _ERROR_PARAMETERS)), "")
    description = next(filter(None, map(parameters.get, _DESCRIPTION_PARAMETERS)), "")
    return error or "", description or ""


def _printable(text: str) -> str:
    cut = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
    return "".join(char if char.isprintable() else " " for char in cut)
