"""Opportunities: what the stage decides, the fiscal period, the expected revenue.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunity.htm
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from salesforce_emulator.records.save_context import Saving

_CENT: Final = Decimal("0.01")


def follow_stage(saving: Saving) -> None:
    """Set probability, forecast category, IsClosed and IsWon by the stage.

    A probability or forecast category that is given stands. A stage that the org does not know
    leaves an opportunity open, with nothing forecast.
    """
    row = saving.row
    if not saving.changed("StageName"):
        if "ForecastCategoryName" in saving.given:
            _take_category(saving)
        return
    stage = saving.org.db.execute(
        'SELECT * FROM "OpportunityStage" WHERE "ApiName" = ?', (row.get("StageName"),)
    ).fetchone()
    row["IsClosed"] = stage["IsClosed"] if stage else 0
    row["IsWon"] = stage["IsWon"] if stage else 0
    if "Probability" not in saving.given:
        row["Probability"] = stage["DefaultProbability"] if stage else 0.0
    if "ForecastCategoryName" in saving.given:
        _take_category(saving)
    else:
        row["ForecastCategory"] = stage["ForecastCategory"] if stage else "Omitted"
        row["ForecastCategoryName"] = stage["ForecastCategoryName"] if stage else "Omitted"
    if not saving.new:
        row["LastStageChangeDate"] = saving.now


def follow_close_date(saving: Saving) -> None:
    """Set the fiscal year and quarter, and count how often the close date went to a later month."""
    row = saving.row
    if not saving.changed("CloseDate"):
        return
    close = date.fromisoformat(str(row["CloseDate"]))
    quarter = (close.month + 2) // 3  # the fiscal year is the calendar's
    row["FiscalYear"], row["FiscalQuarter"] = close.year, quarter
    row["Fiscal"] = f"{close.year} {quarter}"
    row.setdefault("PushCount", 0)
    if saving.before is not None:
        old = date.fromisoformat(str(saving.before["CloseDate"]))
        if (close.year, close.month) > (old.year, old.month):
            row["PushCount"] = int(saving.before["PushCount"] or 0) + 1


def expect(saving: Saving) -> None:
    """Set ExpectedRevenue to the amount times the probability."""
    row = saving.row
    amount, chance = row.get("Amount"), row.get("Probability")
    if amount is None or chance is None:
        row["ExpectedRevenue"] = None
        return
    exact = Decimal(str(amount)) * Decimal(str(chance)) / 100
    row["ExpectedRevenue"] = float(exact.quantize(_CENT, ROUND_HALF_UP))


def _take_category(saving: Saving) -> None:
    row = saving.row
    result = saving.org.db.execute(
        'SELECT "ForecastCategory" FROM "OpportunityStage" WHERE "ForecastCategoryName" = ?',
        (row["ForecastCategoryName"],),
    ).fetchone()
    names = {"Best Case": "BestCase", "Commit": "Forecast"}
    shown = str(row["ForecastCategoryName"])
    row["ForecastCategory"] = result[0] if result else names.get(shown, shown)
