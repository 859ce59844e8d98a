"""Prices and opportunity products: standard price first, lines that add up to the amount.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunitylineitem.htm
"""

from decimal import Decimal

from salesforce_emulator import errors
from salesforce_emulator.records.rules.campaign import recount
from salesforce_emulator.records.save_context import SaveContext


def require_standard_price(save: SaveContext) -> None:
    """Refuse a price in another book while the product has none in the standard one."""
    row, db = save.row, save.org.db
    product = db.execute(
        'SELECT "Name", "ProductCode" FROM "Product2" WHERE "Id" = ?', (row["Product2Id"],)
    ).fetchone()
    row["Name"], row["ProductCode"] = product["Name"], product["ProductCode"]
    book = db.execute(
        'SELECT "IsStandard" FROM "Pricebook2" WHERE "Id" = ?', (row["Pricebook2Id"],)
    ).fetchone()
    if book["IsStandard"] or not save.new:
        return
    standard = db.execute(
        'SELECT 1 FROM "PricebookEntry" JOIN "Pricebook2" ON "Pricebook2"."Id" = "Pricebook2Id"'
        ' WHERE "Product2Id" = ? AND "IsStandard" = 1 AND "PricebookEntry"."IsDeleted" = 0',
        (row["Product2Id"],),
    ).fetchone()
    if not standard:
        raise errors.standard_price_missing()


def refuse_second_entry(save: SaveContext) -> None:
    """Refuse a second price of a product in one book."""
    if not save.new:
        return
    row = save.org.db.execute(
        'SELECT "Id" FROM "PricebookEntry" WHERE "Pricebook2Id" = ? AND "Product2Id" = ?'
        ' AND "IsDeleted" = 0',
        (save.row["Pricebook2Id"], save.row["Product2Id"]),
    ).fetchone()
    if row:
        raise errors.price_defined_already()


def price_line(save: SaveContext) -> None:
    """Find the line's price and total: one of UnitPrice and TotalPrice makes the other."""
    row, db, values = save.row, save.org.db, save.supplied_fields
    opportunity = db.execute(
        'SELECT "Pricebook2Id" FROM "Opportunity" WHERE "Id" = ?', (row["OpportunityId"],)
    ).fetchone()
    if row.get("PricebookEntryId") is None:
        row["PricebookEntryId"] = _entry_for(save, opportunity["Pricebook2Id"])
    entry = db.execute(
        'SELECT * FROM "PricebookEntry" WHERE "Id" = ?', (row["PricebookEntryId"],)
    ).fetchone()
    if not entry["IsActive"] and save.new:
        raise errors.integrity(
            "field integrity exception: PricebookEntryId (pricebook entry is inactive)",
            ["PricebookEntryId"],
        )
    if opportunity["Pricebook2Id"] not in (None, entry["Pricebook2Id"]):
        raise errors.integrity(
            "field integrity exception: PricebookEntryId (pricebook entry is in a different"
            " pricebook than the one assigned to the opportunity)",
            ["PricebookEntryId"],
        )
    if "UnitPrice" in values and "TotalPrice" in values:
        raise errors.price_given_twice()
    quantity = Decimal(str(row["Quantity"]))
    if "TotalPrice" in values and quantity:
        row["UnitPrice"] = float(round(Decimal(str(row["TotalPrice"])) / quantity, 2))
    elif save.new and row.get("UnitPrice") is None:
        row["UnitPrice"] = entry["UnitPrice"]
    if "TotalPrice" not in values:
        row["TotalPrice"] = float(quantity * Decimal(str(row["UnitPrice"])))
    row["ListPrice"] = entry["UnitPrice"]
    row["Product2Id"], row["ProductCode"] = entry["Product2Id"], entry["ProductCode"]
    if save.new:
        displayed = db.execute(
            'SELECT "Name" FROM "Opportunity" WHERE "Id" = ?', (row["OpportunityId"],)
        ).fetchone()
        row["Name"] = f"{displayed[0]} {entry['Name']}"


def sum_lines(save: SaveContext) -> None:
    """Set the opportunity's amount, quantity, price book and expected revenue by its lines."""
    row, db = save.row, save.org.db
    lines = db.execute(
        'SELECT COUNT(*), SUM("TotalPrice"), SUM("Quantity") FROM "OpportunityLineItem"'
        ' WHERE "OpportunityId" = ? AND "IsDeleted" = 0',
        (row["OpportunityId"],),
    ).fetchone()
    count, total, quantity = lines
    db.execute(
        'UPDATE "Opportunity" SET "HasOpportunityLineItem" = ?, "SystemModstamp" = ?'
        ' WHERE "Id" = ?',
        (int(count > 0), save.now, row["OpportunityId"]),
    )
    if count:
        book = db.execute(
            'SELECT "Pricebook2Id" FROM "PricebookEntry" WHERE "Id" = ?', (row["PricebookEntryId"],)
        ).fetchone()
        db.execute(
            'UPDATE "Opportunity" SET "Amount" = :total, "TotalOpportunityQuantity" = :quantity,'
            ' "Pricebook2Id" = :book, "ExpectedRevenue" = ROUND(:total * "Probability" / 100, 2)'
            ' WHERE "Id" = :id',
            {
                "total": total,
                "quantity": quantity,
                "book": book[0],
                "id": row["OpportunityId"],
            },
        )
    campaign = db.execute(
        'SELECT "CampaignId" FROM "Opportunity" WHERE "Id" = ?', (row["OpportunityId"],)
    ).fetchone()
    if campaign[0] is not None:
        recount(save.org, campaign[0])


def _entry_for(save: SaveContext, pricebook_id: str | None) -> str:
    product_id = save.row.get("Product2Id")
    if product_id is None:
        raise errors.required_missing(["PricebookEntryId"])
    row = save.org.db.execute(
        'SELECT "PricebookEntry"."Id" FROM "PricebookEntry"'
        ' JOIN "Pricebook2" ON "Pricebook2"."Id" = "Pricebook2Id"'
        ' WHERE "Product2Id" = :product AND "PricebookEntry"."IsDeleted" = 0'
        ' AND ("Pricebook2Id" = :book OR (:book IS NULL AND "IsStandard" = 1))',
        {"product": product_id, "book": pricebook_id},
    ).fetchone()
    if not row:
        raise errors.integrity(
            "field integrity exception: PricebookEntryId (no pricebook entry of this product)",
            ["Product2Id"],
        )
    return str(row[0])
