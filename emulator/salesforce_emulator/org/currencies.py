"""An org's currencies and their rates, when it has several.

The rows of CurrencyType are the org's currencies; an org without that object has one, and no
field CurrencyIsoCode. Dated rates (advanced currency management) are not modelled.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_currencytype.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

SINGLE: Final = "USD"  # of an org that has but one

_OWN: Final = "DefaultCurrencyIsoCode"
_DIGITS: Final[dict[str, int]] = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(),  # noqa: SIM905
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),  # noqa: SIM905
}  # ISO 4217; all others have two


@dataclass(frozen=True, slots=True)
class Currencies:
    """What there is of several.

    Attributes:
        corporate: The code that all rates are in relation to.
        rates: By code, how much of it one unit of the corporate currency is.
        active: The codes that may be written.
    """

    corporate: str
    rates: Mapping[str, float]
    active: frozenset[str]


def currencies_of(org: "Org") -> Currencies | None:
    """Read an org's currencies; None when it has one."""
    if org.schema.get("CurrencyType") is None:
        return None
    rows = org.db.execute(
        'SELECT "IsoCode", "ConversionRate", "IsActive", "IsCorporate" FROM "CurrencyType"'
    ).fetchall()
    return Currencies(
        corporate=next(row["IsoCode"] for row in rows if row["IsCorporate"]),
        rates={row["IsoCode"]: float(row["ConversionRate"]) for row in rows},
        active=frozenset(row["IsoCode"] for row in rows if row["IsActive"]),
    )


def of_user(org: "Org", user_id: str) -> str:
    """Return the code of a user's currency, in an org with several."""
    sql = f'SELECT "{_OWN}" FROM "User" WHERE "Id" = ?'  # noqa: S608 - our own name
    row = org.db.execute(sql, (user_id,)).fetchone()
    if row is not None and row[0]:
        return str(row[0])
    sql = 'SELECT "IsoCode" FROM "CurrencyType" WHERE "IsCorporate" = 1'
    return str(org.db.execute(sql).fetchone()[0])


def digits_of(code: str) -> int:
    """Return how many decimals a currency has."""
    return _DIGITS.get(code, 2)
