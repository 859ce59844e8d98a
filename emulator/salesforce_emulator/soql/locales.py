"""How a locale writes numbers, amounts, days and moments, for FORMAT().

en_US is written here; others by the patterns of Unicode CLDR, which Salesforce's ICU formats follow
(Babel has them, and is read when the first user of such a locale asks). A year has four digits in
Salesforce's short dates, where CLDR's have two.

https://help.salesforce.com/s/articleView?id=sf.icu_locale_format_table.htm
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.currencies import digits_of

if TYPE_CHECKING:
    from babel import Locale

_NAMES: Final = (
    "en_US cs_CZ da_DK de_AT de_CH de_DE el_GR en_AU en_CA en_GB en_IE en_IN en_NZ en_ZA es_AR"
    " es_CL es_CO es_ES es_MX fi_FI fr_BE fr_CA fr_CH fr_FR hu_HU it_CH it_IT ja_JP ko_KR nl_BE"
    " nl_NL no_NO pl_PL pt_BR pt_PT ro_RO sk_SK sv_SE tr_TR uk_UA zh_CN zh_TW"
)
LOCALES: Final = frozenset(_NAMES.split())
"""Those that FORMAT() knows."""

_SYMBOL: Final = "\N{CURRENCY SIGN}"


@dataclass(frozen=True, slots=True)
class Writing:
    """One locale's ways.

    Attributes:
        number: Writes a number with so many decimals.
        amount: Writes an amount of a currency: with its code, or, where that is not wanted, its
            sign.
        day: Writes a day.
        moment: Writes a moment, which is in the zone that it is to be written in.
    """

    number: Callable[[float, int], str]
    amount: Callable[[float, str, bool], str]
    day: Callable[[date], str]
    moment: Callable[[datetime], str]


@lru_cache(maxsize=16)
def writing_of(name: str) -> Writing | None:
    """Give a locale's ways; None when it is none of `LOCALES`."""
    if name not in LOCALES:
        return None
    return _AMERICAN if name == "en_US" else _by_cldr(name)


def _by_cldr(name: str) -> Writing:
    from babel import Locale
    from babel.dates import format_date, format_time
    from babel.numbers import format_currency, format_decimal

    locale = Locale.parse("nb_NO" if name == "no_NO" else name)  # CLDR has Norwegian as Bokmål
    day_pattern = _long_year(locale.date_formats["short"].pattern)
    joined = str(locale.datetime_formats["short"])
    whole, _, _ = str(locale.decimal_formats[None].pattern).partition(".")

    def number(value: float, digits: int) -> str:
        pattern = f"{whole}.{'0' * digits}" if digits else whole
        return format_decimal(value, format=pattern, locale=locale)

    def amount(value: float, code: str, with_code: bool) -> str:
        pattern = _amount_pattern(locale, with_code=with_code)
        return format_currency(value, code, format=pattern, locale=locale)

    def day(value: date) -> str:
        return format_date(value, format=day_pattern, locale=locale)

    def moment(value: datetime) -> str:
        time = format_time(value.timetz(), format="short", locale=locale, tzinfo=value.tzinfo)
        return joined.replace("{1}", day(value.date())).replace("{0}", time)

    return Writing(number, amount, day, moment)


def _long_year(pattern: str) -> str:
    return pattern.replace("yyyy", "y").replace("yy", "y")


def _amount_pattern(locale: "Locale", *, with_code: bool) -> str:
    pattern = str(locale.currency_formats["standard"].pattern)
    if not with_code:
        return pattern
    if f"{_SYMBOL} " in pattern or f"{_SYMBOL}\xa0" in pattern or pattern.endswith(_SYMBOL):
        return pattern.replace(_SYMBOL, _SYMBOL * 2)
    return pattern.replace(_SYMBOL, f"{_SYMBOL * 2}\xa0")


def _american_amount(value: float, code: str, with_code: bool) -> str:
    sign, written = "-" if value < 0 else "", f"{abs(value):,.{digits_of(code)}f}"
    return f"{code} {sign}{written}" if with_code else f"{sign}${written}"


def _american_day(value: date) -> str:
    return f"{value.month}/{value.day}/{value.year}"


def _american_moment(value: datetime) -> str:
    half = "AM" if value.hour < 12 else "PM"
    return f"{_american_day(value)}, {value.hour % 12 or 12}:{value.minute:02d} {half}"


_AMERICAN: Final = Writing(
    number=lambda value, digits: f"{value:,.{digits}f}",
    amount=_american_amount,
    day=_american_day,
    moment=_american_moment,
)
