"""FORMAT(), for the locale en_US only."""

import pytest
from local_org.soql.questions import Asker, bare, reason

from salesforce_emulator.org.state import Org


def set_locale(org: Org, locale: str, zone: str = "UTC") -> None:
    with org.transaction():
        org.db.execute('UPDATE "User" SET "LocaleSidKey" = ?, "TimeZoneSidKey" = ?', (locale, zone))


@pytest.mark.parametrize("locale", ["de_DE", "en_GB", "tlh_QO"])
def test_locales_other_than_en_us_are_not_offered(org: Org, ask: Asker, locale: str) -> None:
    set_locale(org, locale)

    error = ask.refused("SELECT FORMAT(AnnualRevenue) FROM Account")

    assert f"FORMAT() for the locale {locale}" in reason(error)


def test_formats_numbers_amounts_dates_and_times(ask: Asker) -> None:
    ask.create("Account", Name="a", NumberOfEmployees=1234567)
    ask.create(
        "Opportunity", Name="o", StageName="Closed Won", Amount=-1234.5, CloseDate="2026-01-02"
    )

    assert values(ask, "SELECT FORMAT(NumberOfEmployees) FROM Account") == ["1,234,567"]
    assert values(
        ask, "SELECT FORMAT(Amount), FORMAT(CloseDate), FORMAT(CreatedDate) FROM Opportunity"
    ) == ["-$1,234.50", "1/2/2026", "11/22/2026, 4:00 AM"]
    assert values(ask, "SELECT FORMAT(MIN(CloseDate)) d FROM Opportunity") == ["1/2/2026"]


def test_a_time_is_shown_in_the_users_time_zone(org: Org, ask: Asker) -> None:
    set_locale(org, "en_US", "Asia/Tokyo")
    ask.create("Account", Name="a")

    assert values(ask, "SELECT FORMAT(CreatedDate) FROM Account") == ["11/22/2026, 9:00 PM"]


def values(ask: Asker, statement: str) -> list[str]:
    """Return the values of the first record."""
    return list(bare(ask(statement)["records"][0]).values())
