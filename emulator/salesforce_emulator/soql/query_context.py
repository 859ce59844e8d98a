"""The caller, when, and from where: what one statement means depends on it.

TODAY is the user's today; weeks begin by the user's locale; fiscal years are the org's.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesforce_emulator.org.currencies import SINGLE, Currencies, currencies_of, of_user
from salesforce_emulator.soql import errors

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

SUNDAY, MONDAY, SATURDAY = 6, 0, 5  # as datetime.weekday counts

_NEWEST: Final = 68.0  # the newest version the local org speaks, state of 2026-11
_UTC_NAMES: Final = frozenset({"", "GMT", "UTC"})
# First day of the week by territory, Unicode CLDR weekData; all others begin on Monday.
_SUNDAY_FIRST: Final = (
    "AG AS AU BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT"
    " MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
)
_SATURDAY_FIRST: Final = "AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY"


@dataclass(frozen=True, slots=True)
class QueryContext:
    """What a statement is read against.

    Attributes:
        user_id: The caller.
        now: In UTC.
        zone: The user's time zone.
        week_start: First day of the week, Monday 0.
        fiscal_start: Month that the fiscal year begins in, 1 to 12.
        fiscal_named_by_end: A fiscal year is named for the calendar year that it ends in.
        locale: The user's locale, such as en_US.
        version: Of the API, such as 68.0.
        all_rows: Includes deleted rows (queryAll).
        currencies: Of an org that has several, else None.
        currency: The user's.
    """

    user_id: str
    now: datetime
    zone: tzinfo = UTC
    week_start: int = SUNDAY
    fiscal_start: int = 1
    fiscal_named_by_end: bool = True
    locale: str = "en_US"
    version: float = _NEWEST
    all_rows: bool = False
    currencies: Currencies | None = None
    currency: str = SINGLE

    @classmethod
    def of(cls, org: "Org", user_id: str, *, version: float, all_rows: bool) -> "QueryContext":
        """Read the user's and the org's settings from their rows."""
        user = org.db.execute(
            'SELECT "TimeZoneSidKey", "LocaleSidKey" FROM "User" WHERE "Id" = ?', (user_id,)
        ).fetchone()
        zone, locale = user or (None, None)
        fiscal, by_start = org.db.execute(
            'SELECT "FiscalYearStartMonth", "UsesStartDateAsFiscalYearName" FROM "Organization"'
        ).fetchone()
        currencies = currencies_of(org)
        return cls(
            user_id=user_id,
            now=org.clock.now(),
            zone=time_zone(zone or ""),
            week_start=week_start(locale or "en_US"),
            fiscal_start=int(fiscal or 1),
            fiscal_named_by_end=not by_start,
            locale=locale or "en_US",
            version=version,
            all_rows=all_rows,
            currencies=currencies,
            currency=SINGLE if currencies is None else of_user(org, user_id),
        )


def time_zone(name: str) -> tzinfo:
    """Return a time zone by a user's TimeZoneSidKey.

    Raises:
        SoqlError: This machine has no data of that zone.
    """
    if name in _UTC_NAMES:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise errors.malformed(
            f"The local org finds no data of the time zone '{name}': install the package tzdata, or"
            " give the user another TimeZoneSidKey"
        ) from None


def week_start(locale: str) -> int:
    """Return the first day of the week, Monday 0, where a locale such as en_US is used."""
    territory = locale.upper().replace("-", "_").partition("_")[2][:2]
    if territory in _SUNDAY_FIRST.split():
        return SUNDAY
    return SATURDAY if territory in _SATURDAY_FIRST.split() else MONDAY
