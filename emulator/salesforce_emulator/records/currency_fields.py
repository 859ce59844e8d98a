"""The fields and rows that an org with several currencies has more than one with a single one.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_currencytype.htm
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from salesforce_emulator.org.currencies import digits_of, of_user
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_ISO: Final = "CurrencyIsoCode"
_OWN: Final = "DefaultCurrencyIsoCode"
# Besides those with an amount: the objects whose reference pages list CurrencyIsoCode.
_WITHOUT_AMOUNT: Final = frozenset(
    {"CampaignMember", "Case", "Contact", "Contract", "Event", "Product2", "Task", "User"}
)
_OF_PARENT: Final = {
    "OpportunityLineItem": ("Opportunity", "OpportunityId"),
    "OrderItem": ("Order", "OrderId"),
}


def switch_on(
    org: "Org", corporate: str, rates: Mapping[str, float], inactive: Iterable[str] = ()
) -> None:
    """Switch on multiple currencies, which cannot be undone, as in Salesforce.

    Args:
        rates: By code, the value of one unit of the corporate currency.
        inactive: Codes of `rates` that new values may not use.
    """
    removed = frozenset(inactive)
    codes = tuple(PicklistValue(code, code, code not in removed) for code in (corporate, *rates))
    stored = {item.name: item for item in org.schema if item.name != "CurrencyType"}
    with_code = [
        item.extended(fields=_fields(item, codes))
        for item in stored.values()
        if item.field(_ISO) is None and _has_currency(item)
    ]
    org.extend(org.schema.with_objects(*with_code, _currency_type()))
    with org.transaction():
        present = {row[0] for row in org.db.execute('SELECT "IsoCode" FROM "CurrencyType"')}
        for code, rate in ((corporate, 1.0), *rates.items()):
            if code not in present:
                values = {
                    "IsoCode": code,
                    "ConversionRate": rate,
                    "DecimalPlaces": digits_of(code),
                    "IsActive": int(code not in removed),
                    "IsCorporate": int(code == corporate),
                }
                write(org, org.admin_id, "CurrencyType", values)
        for sobject in with_code:
            for field in _fields(sobject, codes):
                org.db.execute(
                    f'UPDATE "{sobject.name}" SET "{field.name}" = ?'  # noqa: S608 - our own names
                    f' WHERE "{field.name}" IS NULL',
                    (corporate,),
                )
    declared_rules(org).save_checks.append(_fill_in)


def _fill_in(save: SaveContext) -> None:
    """Set the currency of a new record: its parent's, else its creator's."""
    name, row, org = save.sobject.name, save.row, save.org
    if not save.new or save.sobject.field(_ISO) is None:
        return
    if name in _OF_PARENT:
        above, reference = _OF_PARENT[name]
        sql = f'SELECT "{_ISO}" FROM "{above}" WHERE "Id" = ?'  # noqa: S608 - our own names
        result = org.db.execute(sql, (row.get(reference),)).fetchone()
        row[_ISO] = None if result is None else result[0]
    for field in (_ISO, _OWN):
        if save.sobject.field(field) is not None and not row.get(field):
            row[field] = of_user(org, save.user_id)


def _has_currency(sobject: SObject) -> bool:
    if sobject.name in _WITHOUT_AMOUNT or sobject.name.endswith("__c"):
        return True
    return any(field.type == "currency" for field in sobject.fields)


def _fields(sobject: SObject, codes: tuple[PicklistValue, ...]) -> tuple[Field, ...]:
    writable = sobject.name not in _OF_PARENT
    names = [(_ISO, "Currency ISO Code")]
    names += [(_OWN, "Default Currency ISO Code")] if sobject.name == "User" else []
    return tuple(
        Field(
            name=name,
            label=label,
            type="picklist",
            length=3,
            picklist=codes,
            restricted_picklist=True,
            defaulted_on_create=True,
            createable=writable,
            updateable=writable,
            permissionable=False,
        )
        for name, label in names
    )


def _currency_type() -> SObject:
    def platform_field(name: str, label: str, kind: str, **attributes: object) -> Field:
        fixed: dict[str, object] = {"nillable": False, "createable": False, "updateable": False}
        fixed |= {"permissionable": False, **attributes}
        return Field(name=name, label=label, type=kind, **fixed)  # type: ignore[arg-type]

    def user(name: str, label: str) -> Field:
        relationship = name.removesuffix("Id")
        return platform_field(
            name,
            label,
            "reference",
            length=18,
            reference_to=("User",),
            relationship_name=relationship,
        )

    return SObject(
        "CurrencyType",
        label="Currency Type",
        label_plural="Currency Types",
        key_prefix="01L",
        fields=(
            platform_field("Id", "Currency Type ID", "id", length=18, id_lookup=True),
            platform_field("IsoCode", "Currency ISO Code", "picklist", length=3),
            platform_field(
                "ConversionRate",
                "Conversion Rate",
                "double",
                precision=18,
                scale=6,
                updateable=True,
            ),
            platform_field("DecimalPlaces", "Decimal Places", "int", digits=1, updateable=True),
            platform_field("IsActive", "Active", "boolean"),
            platform_field("IsCorporate", "Is Corporate Currency", "boolean"),
            platform_field("CreatedDate", "Created Date", "datetime"),
            user("CreatedById", "Created By ID"),
            platform_field("LastModifiedDate", "Last Modified Date", "datetime"),
            user("LastModifiedById", "Last Modified By ID"),
            platform_field("SystemModstamp", "System Modstamp", "datetime"),
        ),
        flags=("queryable", "retrieveable", "updateable"),
    )
