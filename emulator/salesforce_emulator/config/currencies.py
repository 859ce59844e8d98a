"""`[currencies]` of a config file: an org with several."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from salesforce_emulator.config.errors import ConfigError
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


def apply_currencies(org: "Org", table: Currencies | None) -> None:
    """Return the org its currencies, if the file has any."""
    if table is None:
        return
    for key_path, code in (
        ("corporate", table.corporate),
        *(("rates", code) for code in table.rates),
    ):
        if _CODE.fullmatch(code) is None:
            where = (
                ("currencies", key_path)
                if key_path == "corporate"
                else ("currencies", key_path, code)
            )
            raise ConfigError(where, f"{code!r} is no ISO code, as in EUR")
    for code, rate in table.rates.items():
        if code == table.corporate:
            raise ConfigError(
                ("currencies", "rates", code), "the corporate currency has the rate 1"
            )
        if not 0 < rate < 1e12:
            raise ConfigError(("currencies", "rates", code), "is no rate")
    for code in table.inactive:
        if code not in table.rates:
            raise ConfigError(("currencies", "inactive"), f"{code} has no rate")
    switch_on(org, table.corporate, table.rates, table.inactive)
