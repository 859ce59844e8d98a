"""Opportunities: what the stage decides, the fiscal period, the expected revenue.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunity.htm
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write_for_save

_HISTORY: Final = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategory")
_CENT: Final = Decimal("0.01")


def keep_price_book(save: SaveContext) -> None:
    """Refuse another price book while there are products of the first one."""
    if (
        save.new
        or not save.changed("Pricebook2Id")
        or (save.before or {}).get("Pricebook2Id") is None
    ):
        return
    lines = save.org.db.execute(
        'SELECT 1 FROM "OpportunityLineItem" WHERE "OpportunityId" = ? AND "IsDeleted" = 0',
        (save.record_id,),
    )
    if lines.fetchone() is not None:
        raise errors.price_book_in_use()


def apply_stage(save: SaveContext) -> None:
    """Set probability, forecast category, IsClosed and IsWon by the stage.

    A probability or forecast category that the caller sets is kept. An unknown stage
    leaves an opportunity open, with nothing forecast.
    """
    row = save.row
    if not save.changed("StageName"):
        if "ForecastCategoryName" in save.supplied_fields:
            _take_category(save)
        return
    stage = save.org.db.execute(
        'SELECT * FROM "OpportunityStage" WHERE "ApiName" = ?', (row.get("StageName"),)
    ).fetchone()
    row["IsClosed"] = stage["IsClosed"] if stage else 0
    row["IsWon"] = stage["IsWon"] if stage else 0
    if "Probability" not in save.supplied_fields:
        row["Probability"] = stage["DefaultProbability"] if stage else 0.0
    if "ForecastCategoryName" in save.supplied_fields:
        _take_category(save)
    else:
        row["ForecastCategory"] = stage["ForecastCategory"] if stage else "Omitted"
        row["ForecastCategoryName"] = stage["ForecastCategoryName"] if stage else "Omitted"
    if not save.new:
        row["LastStageChangeDate"] = save.now


def apply_close_date(save: SaveContext) -> None:
    """Set the fiscal year and quarter, and count how often the close date went to a later month."""
    row = save.row
    if not save.changed("CloseDate"):
        return
    close = date.fromisoformat(str(row["CloseDate"]))
    quarter = (close.month + 2) // 3  # the fiscal year is the calendar's
    row["FiscalYear"], row["FiscalQuarter"] = close.year, quarter
    row["Fiscal"] = f"{close.year} {quarter}"
    row.setdefault("PushCount", 0)
    if save.before is not None:
        old = date.fromisoformat(str(save.before["CloseDate"]))
        if (close.year, close.month) > (old.year, old.month):
            row["PushCount"] = int(save.before["PushCount"] or 0) + 1


def expect(save: SaveContext) -> None:
    """Set ExpectedRevenue to the amount times the probability."""
    row = save.row
    amount, probability = row.get("Amount"), row.get("Probability")
    if amount is None or probability is None:
        row["ExpectedRevenue"] = None
        return
    exact = Decimal(str(amount)) * Decimal(str(probability)) / 100
    row["ExpectedRevenue"] = float(exact.quantize(_CENT, ROUND_HALF_UP))


def add_history(save: SaveContext) -> None:
    """Add a row of OpportunityHistory for a stage, an amount, a chance or a date that is new."""
    if not save.new and not any(map(save.changed, _HISTORY)):
        return
    values = {name: save.row.get(name) for name in (*_HISTORY, "ExpectedRevenue")}
    values["OpportunityId"] = save.record_id
    write_for_save(save, "OpportunityHistory", values)


def _take_category(save: SaveContext) -> None:
    row = save.row
    result = save.org.db.execute(
        'SELECT "ForecastCategory" FROM "OpportunityStage" WHERE "ForecastCategoryName" = ?',
        (row["ForecastCategoryName"],),
    ).fetchone()
    names = {"Best Case": "BestCase", "Commit": "Forecast"}
    displayed = str(row["ForecastCategoryName"])
    row["ForecastCategory"] = result[0] if result else names.get(displayed, displayed)
