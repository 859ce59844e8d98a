"""Gives the error, with cause and remedy, for what Salesforce says to a sign-in.

The causes stand in `causes`. Salesforce names them in a redirect, in the token endpoint's JSON, or
on a page for people.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

import re
from typing import Final
from urllib.parse import unquote_plus

from salesforce_connector.auth.oauth_errors import CAUSES, Cause
from salesforce_connector.errors import ConnectorError, Unauthorized

_IN_A_PAGE: Final = re.compile(
    r"error=(?P<error>[A-Za-z_-]+)(?:&(?:amp;)?error_description=(?P<said>[^&\"'<>\s]*))?"
)
_CODE_IN_A_PAGE: Final = re.compile(r"\bOAUTH_[A-Z_]+\b")


def refusal(
    error: str, description: str = "", *, status: int | None = None, method: str = ""
) -> ConnectorError:
    """Give the error, with meaning and remedy, for what Salesforce said to a sign-in.

    Args:
        error: The code; an unknown one gives `Unauthorized`.
        description: Salesforce's own words; they are shown, cut at 200 characters.
        status: HTTP status, None for a redirect.
        method: Of the sign-in; empty when that is not known.
    """
    code = error.strip().lower().replace("-", "_")
    words = description.lower()
    said = f" Salesforce said: {error}{f' ({description[:200]})' if description else ''}."
    cause = next((each for each in CAUSES if each.fits(code, words, method)), None)
    if cause is None:
        return Unauthorized(
            f"The sign-in was refused.{said}",
            code=code.upper() or "SIGN_IN_REFUSED",
            remedy="Setup > Users > the user > Login History tells why.",
            status=status,
        )
    return cause.kind(
        cause.meaning + said,
        code=code.upper(),
        remedy=cause.advice,
        status=status,
        retry_after=cause.retry_after,
    )


def on_page(text: str, *, status: int | None = None, method: str = "") -> ConnectorError | None:
    """Give the error that a page of Salesforce's for people names; None when it names none.

    Args:
        text: The page's HTML, or its address.
        status: HTTP status of the page.
        method: Of the sign-in; empty when that is not known.
    """
    if found := _IN_A_PAGE.search(text):
        said = unquote_plus(found["said"] or "")
        return refusal(found["error"], said, status=status, method=method)
    if code := _CODE_IN_A_PAGE.search(text):
        return refusal(code[0], status=status, method=method)
    return None


__all__ = ["CAUSES", "Cause", "on_page", "refusal"]
