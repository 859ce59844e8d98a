"""Layouts of an sobject: one page layout for all, the compact layout SYSTEM.

Nobody can make a layout here, so that each object has the one that a new org has: all fields that a
person may see, two a row.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm
"""

from collections.abc import Iterable
from typing import Any, Final

from salesforce_emulator.schema.describe import describe
from salesforce_emulator.schema.field import SYSTEM_FIELDS
from salesforce_emulator.schema.ids import MASTER_RECORD_TYPE, to_18
from salesforce_emulator.schema.sobject import SObject

Json = dict[str, Any]

_COLUMNS: Final = 2
_COMPACT: Final = ("Name", "Subject", "Title", "Phone", "Status", "OwnerId")
_THEMES: Final = ("theme2", "theme3", "theme4")


def layouts(sobject: SObject, version: str, base: str) -> Json:
    """Return the body of `/sobjects/{name}/describe/layouts`."""
    described = describe(sobject, version, base)
    mappings = [
        {
            **{name: info[name] for name in info if name != "urls"},
            "layoutId": _layout_id(sobject),
            "picklistsForRecordType": [
                {
                    "picklistName": field["name"],
                    "picklistValues": [
                        {**value, "validFor": None} for value in field["picklistValues"]
                    ],
                }
                for field in described["fields"]
                if field["picklistValues"]
            ],
            "urls": info["urls"],
        }
        for info in described["recordTypeInfos"]
    ]
    return {
        "layouts": [page_layout(sobject, version, base)],
        "recordTypeMappings": [dict(sorted(mapping.items())) for mapping in mappings],
        "recordTypeSelectorRequired": [False],
    }


def page_layout(sobject: SObject, version: str, base: str) -> Json:
    """Return the one page layout of an sobject."""
    fields = {field["name"]: field for field in describe(sobject, version, base)["fields"]}
    hidden = SYSTEM_FIELDS - {"CreatedById", "LastModifiedById"}
    displayed = [
        fields[field.name]
        for field in sobject.fields
        if field.name not in hidden and field.compound_field_name in {None, field.name}
    ]
    edited = [item for item in displayed if item["createable"] or item["updateable"]]
    return {
        "buttonLayoutSection": None,
        "detailLayoutSections": [_section(sobject, displayed)],
        "editLayoutSections": [_section(sobject, edited)],
        "feedView": None,
        "highlightsPanelLayoutSection": None,
        "id": _layout_id(sobject),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def compact_layouts(sobject: SObject, version: str, base: str) -> Json:
    """Return the body of `/sobjects/{name}/describe/compactLayouts`."""
    fields = describe(sobject, version, base)["fields"]
    displayed = [field for field in fields if field["name"] in _COMPACT]
    root = f"/services/data/{version}/sobjects/{sobject.name}/describe/compactLayouts"
    return {
        "compactLayouts": [
            {
                "actions": [],
                "fieldItems": [_item([item], required=False) for item in displayed],
                "id": None,
                "imageItems": [],
                "label": "System Default",
                "name": "SYSTEM",
                "objectType": sobject.name,
            }
        ],
        "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": [
            {
                "available": True,
                "compactLayoutId": None,
                "compactLayoutName": "SYSTEM",
                "recordTypeId": MASTER_RECORD_TYPE,
                "recordTypeName": "Master",
                "urls": {"compactLayout": f"{root}/{MASTER_RECORD_TYPE}"},
            }
        ],
        "urls": {"primary": f"{root}/primary"},
    }


def theme(sobjects: Iterable[SObject], base: str) -> Json:
    """Return the body of `/theme`: no icons of ours, one color for all."""
    return {
        "themeItems": [
            {
                "colors": [
                    {"color": "236FBD", "context": "primary", "theme": item} for item in _THEMES
                ],
                "icons": [
                    {
                        "contentType": "image/png",
                        "height": size,
                        "theme": "theme3",
                        "url": f"{base}/img/icon/objects{size}.png",
                        "width": size,
                    }
                    for size in (32, 16)
                ],
                "name": sobject.name,
            }
            for sobject in sobjects
            if "layoutable" in sobject.flags
        ]
    }


def _section(sobject: SObject, fields: list[Json]) -> Json:
    rows = [fields[at : at + _COLUMNS] for at in range(0, len(fields), _COLUMNS)]
    return {
        "collapsed": False,
        "columns": _COLUMNS,
        "heading": f"{sobject.label} Information",
        "layoutRows": [
            {
                "layoutItems": [_item([item], required=_is_required(item)) for item in row],
                "numItems": len(row),
            }
            for row in rows
        ],
        "layoutSectionId": to_18(f"01B{_layout_id(sobject)[3:15]}"),
        "parentLayoutId": _layout_id(sobject),
        "rows": len(rows),
        "tabOrder": "LeftToRight",
        "useCollapsibleSection": False,
        "useHeading": False,
    }


def _item(fields: list[Json], *, required: bool) -> Json:
    first = fields[0]
    return {
        "editableForNew": first["createable"],
        "editableForUpdate": first["updateable"],
        "label": first["label"],
        "layoutComponents": [
            {
                "details": field,
                "displayLines": 1,
                "tabOrder": at,
                "type": "Field",
                "value": field["name"],
            }
            for at, field in enumerate(fields, 1)
        ],
        "placeholder": False,
        "required": required,
    }


def _is_required(field: Json) -> bool:
    return bool(field["createable"] and not field["nillable"] and not field["defaultedOnCreate"])


def _layout_id(sobject: SObject) -> str:
    return to_18(f"00h000000000{sobject.key_prefix}")
