"""Applies `[currencies]` of a config file: an org with several currencies."""

import re
from typing import TYPE_CHECKING, Final

from salesforce_emulator.config.errors import ConfigError, KeyPath
from salesforce_emulator.config.tables.file import Currencies
from salesforce_emulator.records.currency_fields import switch_on

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)


def apply_currencies(org: "Org", table: Currencies | None) -> None:
    """Switch on multiple currencies, if the file declares any."""
    if table is None:
        return
    key_paths: dict[str, KeyPath] = {code: ("currencies", "rates", code) for code in table.rates}
    for code, key_path in {table.corporate: ("currencies", "corporate"), **key_paths}.items():
        if _CODE.fullmatch(code) is None:
            raise ConfigError(key_path, f"{code!r} is no ISO code, as in EUR")
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
