"""`[currencies]` of a config file: an org with several."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from salesforce_emulator.config.errors import Misfit
from salesforce_emulator.records.currency_fields import switch_on

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Currencies:
    """`[currencies]`: `rates` has by ISO code how much one unit of the corporate currency is."""

    corporate: str = "USD"
    rates: dict[str, float] = field(default_factory=dict)
    inactive: tuple[str, ...] = ()


def put_currencies(org: "Org", sheet: Currencies | None) -> None:
    """Give the org its currencies, if the file has any."""
    if sheet is None:
        return
    for place, code in (("corporate", sheet.corporate), *(("rates", code) for code in sheet.rates)):
        if _CODE.fullmatch(code) is None:
            where = ("currencies", place) if place == "corporate" else ("currencies", place, code)
            raise Misfit(where, f"{code!r} is no ISO code, as in EUR")
    for code, rate in sheet.rates.items():
        if code == sheet.corporate:
            raise Misfit(("currencies", "rates", code), "the corporate currency has the rate 1")
        if not 0 < rate < 1e12:
            raise Misfit(("currencies", "rates", code), "is no rate")
    for code in sheet.inactive:
        if code not in sheet.rates:
            raise Misfit(("currencies", "inactive"), f"{code} has no rate")
    switch_on(org, sheet.corporate, sheet.rates, sheet.inactive)
