"""`[currencies]` of a config file."""

from pathlib import Path

import pytest

from salesforce_emulator.config import ConfigFileError
from salesforce_emulator.opening import open_org

GOOD = """
[currencies]
corporate = "EUR"
rates = { USD = 1.1, CHF = 0.95 }
inactive = ["CHF"]

[[users]]
username = "us@x.example"
last_name = "Us"
currency = "USD"

[[users]]
username = "eu@x.example"
last_name = "Eu"
"""


@pytest.mark.parametrize(
    ("text", "line", "key", "why"),
    [
        ("[currencies]\ncorporate = 'euro'\n", 2, "currencies.corporate", "is no ISO code"),
        ("[currencies]\nrates = { eur = 1.0 }\n", 2, "currencies.rates.eur", "is no ISO code"),
        ("[currencies]\nrates = { USD = 1.0 }\n", 2, "currencies.rates.USD", "has the rate 1"),
        ("[currencies]\nrates = { EUR = 0 }\n", 2, "currencies.rates.EUR", "is no rate"),
        ("[currencies]\ninactive = ['EUR']\n", 2, "currencies.inactive", "EUR has no rate"),
        ("[currencies]\nrate = 1\n", 2, "currencies.rate", "did you mean 'rates'?"),
        (
            "[[users]]\nusername = 'a@b.c'\nlast_name = 'A'\ncurrency = 'EUR'\n",
            4,
            "users[0].currency",
            "no active currency of the org",
        ),
        (
            f"{GOOD}[[users]]\nusername = 'a@b.c'\nlast_name = 'A'\ncurrency = 'CHF'\n",
            18,
            "users[2].currency",
            "CHF is no active currency of the org",
        ),
    ],
)
def test_currency_errors_name_the_key(
    tmp_path: Path, text: str, line: int, key: str, why: str
) -> None:
    file = tmp_path / "org.toml"
    file.write_text(text)
    with pytest.raises(ConfigFileError, match=why.replace("?", r"\?")) as caught:
        open_org(config=file)
    assert (caught.value.line, caught.value.key) == (line, key)


def test_currencies_and_user_currencies_are_applied(tmp_path: Path) -> None:
    """Twice, as an org in a file is opened by its config again."""
    file = tmp_path / "org.toml"
    file.write_text(GOOD)
    for _ in range(2):
        with open_org(config=file, data=tmp_path / "org.sqlite3") as org:
            rates = org.db.execute(
                'SELECT "IsoCode", "ConversionRate" FROM "CurrencyType" ORDER BY "IsoCode"'
            ).fetchall()
            assert [tuple(row) for row in rates] == [("CHF", 0.95), ("EUR", 1.0), ("USD", 1.1)]
            own = org.db.execute(
                'SELECT "DefaultCurrencyIsoCode" FROM "User" WHERE "LastName" IN (?, ?)'
                ' ORDER BY "LastName"',
                ("Eu", "Us"),
            ).fetchall()
            assert [row[0] for row in own] == ["EUR", "USD"]
            field = org.schema["Account"].field("CurrencyIsoCode")
            assert field is not None
            assert [(item.value, item.active) for item in field.picklist] == [
                ("EUR", True),
                ("USD", True),
                ("CHF", False),
            ]
