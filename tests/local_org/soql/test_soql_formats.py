"""FORMAT() as users of other locales see it."""

import pytest
from local_org.soql.questions import Asker, bare, reason

from salesforce_emulator.org.state import Org
from salesforce_emulator.soql.locales import LOCALES, writing_of


def speaks(org: Org, locale: str, zone: str = "UTC") -> None:
    with org.transaction():
        org.db.execute('UPDATE "User" SET "LocaleSidKey" = ?, "TimeZoneSidKey" = ?', (locale, zone))


def test_a_locale_that_is_not_known_is_refused_by_name(org: Org, ask: Asker) -> None:
    speaks(org, "tlh_QO")
    error = ask.refused("SELECT FORMAT(AnnualRevenue) FROM Account")
    assert "does not offer FORMAT() for the locale tlh_QO" in reason(error)


@pytest.mark.parametrize(
    ("locale", "count", "amount", "day", "moment"),
    [
        ("en_US", "1,234,567", "-$1,234.50", "1/2/2026", "11/22/2026, 12:00 PM"),
        ("en_GB", "1,234,567", "-US$1,234.50", "02/01/2026", "22/11/2026, 12:00"),
        ("en_IN", "12,34,567", "-$1,234.50", "02/01/2026", "22/11/2026, 12:00 pm"),
        ("de_DE", "1.234.567", "-1.234,50 $", "02.01.2026", "22.11.2026, 12:00"),
        ("fr_FR", "1 234 567", "-1 234,50 $US", "02/01/2026", "22/11/2026 12:00"),
        ("ja_JP", "1,234,567", "-$1,234.50", "2026/01/02", "2026/11/22 12:00"),
        ("pt_BR", "1.234.567", "-US$ 1.234,50", "02/01/2026", "22/11/2026 12:00"),
    ],
)
def test_writes_as_the_users_locale_does(
    org: Org, ask: Asker, locale: str, count: str, amount: str, day: str, moment: str
) -> None:
    """By the patterns of Unicode CLDR, with years of four digits."""
    speaks(org, locale)
    ask.create("Account", Name="a", NumberOfEmployees=1234567)
    ask.create(
        "Opportunity", Name="o", StageName="Closed Won", Amount=-1234.5, CloseDate="2026-01-02"
    )
    assert written(ask, "SELECT FORMAT(NumberOfEmployees) FROM Account") == [count]
    assert written(
        ask, "SELECT FORMAT(Amount), FORMAT(CloseDate), FORMAT(CreatedDate) FROM Opportunity"
    ) == [amount, day, moment]
    assert written(ask, "SELECT FORMAT(MIN(CloseDate)) d FROM Opportunity") == [day]


def test_a_moment_is_the_users_own(org: Org, ask: Asker) -> None:
    speaks(org, "de_DE", "Asia/Tokyo")
    ask.create("Account", Name="a")
    assert written(ask, "SELECT FORMAT(CreatedDate) FROM Account") == ["22.11.2026, 21:00"]


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_every_locale_has_its_ways(locale: str) -> None:
    writing = writing_of(locale)
    assert writing is not None
    assert {"1", "5"} < set(writing.number(1234.5, 2))
    assert "EUR" in writing.amount(5, "EUR", True)


def written(ask: Asker, statement: str) -> list[str]:
    """Give the texts of the first record, with plain spaces."""
    record = bare(ask(statement)["records"][0])
    return [" ".join(each.split()) for each in record.values()]
