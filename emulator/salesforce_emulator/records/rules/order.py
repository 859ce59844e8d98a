"""Orders and their lines: the status code, line totals, and what an order comes to.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_order.htm
"""

from decimal import Decimal

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext


def apply_status(save: SaveContext) -> None:
    """Set StatusCode by the status, Draft by default."""
    row = save.row
    row["Status"] = row.get("Status") or "Draft"
    if save.changed("Status"):
        row["StatusCode"] = "Activated" if row["Status"] == "Activated" else "Draft"
        if row["StatusCode"] == "Activated":
            _require_activation(save)
    row.setdefault("TotalAmount", 0.0)


def _require_activation(save: SaveContext) -> None:
    if save.new:
        raise errors.status_not_first("order")
    lines = save.org.db.execute(
        'SELECT 1 FROM "OrderItem" WHERE "OrderId" = ? AND "IsDeleted" = 0', (save.record_id,)
    )
    if lines.fetchone() is None:
        raise errors.order_without_products()


def price_line(save: SaveContext) -> None:
    """Set a line's total, and the fields of its price book entry."""
    row = save.row
    entry = save.org.db.execute(
        'SELECT "UnitPrice", "Product2Id" FROM "PricebookEntry" WHERE "Id" = ?',
        (row.get("PricebookEntryId"),),
    ).fetchone()
    if entry is not None and save.new:
        row["Product2Id"] = entry["Product2Id"]
        if row.get("ListPrice") is None:
            row["ListPrice"] = entry["UnitPrice"]
        if row.get("UnitPrice") is None:
            row["UnitPrice"] = entry["UnitPrice"]
    price = Decimal(str(row.get("UnitPrice") or 0))
    row["TotalPrice"] = float(price * Decimal(str(row["Quantity"])))
    row["AvailableQuantity"] = row["Quantity"]


def sum_lines(save: SaveContext) -> None:
    """Set the order's TotalAmount to the sum of its lines."""
    save.org.db.execute(
        'UPDATE "Order" SET "TotalAmount" = (SELECT COALESCE(SUM("TotalPrice"), 0.0)'
        ' FROM "OrderItem" WHERE "OrderId" = :id AND "IsDeleted" = 0) WHERE "Id" = :id',
        {"id": save.row["OrderId"]},
    )
