"""The cookies that every org sets on its answers, as recorded in 2024 and 2025; none means a thing.

https://help.salesforce.com/s/articleView?id=sf.networks_cookies.htm
"""

from datetime import datetime, timedelta
from typing import Final

from salesforce_emulator.org.clock import http_date

_YEAR: Final = timedelta(days=365)  # as recorded: Max-Age=31536000
_CONSENT: Final = ("CookieConsentPolicy", "LSKey-c$CookieConsentPolicy")


def consent_cookies(now: datetime) -> list[str]:
    """Return what answers of the data API set, each as a Set-Cookie header has it."""
    return [f"{name}=0:1; path=/; {_lasting(now)}; secure" for name in _CONSENT]


def browser_id_cookie(now: datetime, browser_id: str) -> str:
    """Return what every answer sets for one who has no BrowserId yet."""
    return (
        f"BrowserId={browser_id}; domain=.salesforce.com; path=/; {_lasting(now)}; secure;"
        " SameSite=None"
    )


def _lasting(now: datetime) -> str:
    weekday, day, month, rest = http_date(now + _YEAR).split(" ", 3)
    return f"expires={weekday} {day}-{month}-{rest}; Max-Age={int(_YEAR.total_seconds())}"
