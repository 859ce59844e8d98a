"""What narrows a search beside its words: a list view, a price book, data categories.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_using_listview.htm
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.knowledge.data_categories import (
    DIRECTIONS,
    articles_in,
    category_groups,
)
from salesforce_emulator.list_views import bodies, views
from salesforce_emulator.schema import Schema, SObject
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.soql import parse
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.plans import plan_records
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Clause
from salesforce_emulator.sosl import errors as sosl_errors
from salesforce_emulator.sosl.syntax import CategoryFilter

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller

MAX_OF_LIST_VIEW: Final = 2_000  # records of a list view, in its order, that are searched: SOSL


def in_list_view(
    org: "Org",
    caller: "Caller",
    schema: Schema,
    sobject: SObject,
    clause: Clause,
    view: QueryContext,
) -> frozenset[str]:
    """Return the ids of a list view's first records.

    Raises:
        SoqlError: The object has no list view of that developer name.
    """
    with org.transaction():
        try:
            record_id, list_view = views.find(org, sobject, clause.detail)
        except SalesforceError:
            raise sosl_errors.malformed(
                f"{sobject.name} has no list view {clause.detail}", clause.at
            ) from None
        text = str(bodies.describe(org, caller, record_id, list_view)["query"])
    plan = plan_records(parse(text), Scope(schema, sobject), view)
    sql = dataclasses.replace(plan, limit=MAX_OF_LIST_VIEW).ids()
    return frozenset(str(row[0]) for row in org.db.execute(sql.text, sql.params))


def in_categories(
    org: "Org", sobject: SObject, ids: Sequence[str], filters: Sequence[CategoryFilter]
) -> list[str]:
    """Keep only articles in the categories; other records are in none.

    Raises:
        SoqlError: There is no such group or category.
    """
    article_ids = [*ids] if sobject.name.endswith("__kav") else []
    for item in filters:
        group = category_groups(org).get(item.group.removesuffix("__c"))
        if group is None:
            raise sosl_errors.malformed(f"invalid data category group: {item.group}", item.at)
        categories = []
        for name in item.categories:
            category = group.find(name)
            if category is None:
                raise sosl_errors.malformed(f"invalid data category: {name}", item.at)
            categories.append(category)
        inside = articles_in(org, group, categories, DIRECTIONS[item.direction])
        article_ids = [record_id for record_id in article_ids if record_id in inside]
    return article_ids


def in_pricebook(org: "Org", ids: Sequence[str], clause: Clause) -> list[str]:
    """Keep only products with a price in a price book.

    Raises:
        SoqlError: It is no id.
    """
    pricebook = parse_id(clause.detail)
    if pricebook is None:
        raise sosl_errors.malformed(f"invalid ID field: {clause.detail}", clause.at)
    rows = org.db.execute(
        'SELECT "Product2Id" FROM "PricebookEntry" WHERE "Pricebook2Id" = ? AND "IsDeleted" = 0',
        (pricebook,),
    )
    priced = {row[0] for row in rows}
    return [item for item in ids if item in priced]
