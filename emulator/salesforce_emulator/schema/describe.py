"""Writes what describe answers: of all sobjects, and of one, with every key that a real org sends.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

import re
from typing import Any, Final, TypeAlias

from salesforce_emulator.schema.catalog import HIDDEN_PREFIX
from salesforce_emulator.schema.dependent_picklists import valid_for
from salesforce_emulator.schema.describe_keys import of_version
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.history_objects import tracked_object
from salesforce_emulator.schema.ids import MASTER_RECORD_TYPE
from salesforce_emulator.schema.key_order import hashed
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import ChildRelationship, RecordType, SObject

Json: TypeAlias = dict[str, Any]

MAX_BATCH_SIZE: Final = 200  # records in one collection

NAMED_LAYOUTS: Final = {"User": ("UserAlt",)}
"""Layouts that are requested by name, by their object: jsforce's own tests name this one."""

_SOAP_TYPES: Final = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "long": "xsd:long",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "base64": "xsd:base64Binary",
    "anyType": "xsd:anyType",
    "address": "urn:address",
    "location": "urn:location",
}
_ALWAYS_URLS: Final = ("rowTemplate", "describe", "sobject")
_URLS: Final = {  # paths below /services/data/vXX.X/sobjects/Name
    "approvalLayouts": "/describe/approvalLayouts",
    "caseArticleSuggestions": "/suggestedArticles",
    "caseRowArticleSuggestions": "/{ID}/suggestedArticles",
    "compactLayouts": "/describe/compactLayouts",
    "defaultValues": "/defaultValues?recordTypeId&fields",
    "describe": "/describe",
    "eventSchema": "/eventSchema",
    "eventSeriesUpdates": "/{ID}/fromThisEventOnwards",
    "layouts": "/describe/layouts",
    "listviews": "/listviews",
    "namedLayouts": "/describe/namedLayouts/{LayoutName}",
    "passwordUtilities": "/{ID}/password",
    "push": "/{ID}/push",
    "quickActions": "/quickActions",
    "rowTemplate": "/{ID}",
    "sobject": "",
    "workOrderArticleSuggestions": "/suggestedArticles",
    "workOrderLineItemArticleSuggestions": "/suggestedArticles",
    "workOrderLineItemRowArticleSuggestions": "/{ID}/suggestedArticles",
    "workOrderRowArticleSuggestions": "/{ID}/suggestedArticles",
}


_ASSOCIATED: Final = re.compile(r"(\w+?)(?<!_)(ChangeEvent|Feed|History|Share)")


def describe_global(schema: Schema, version: str) -> Json:
    """Return the body of `/sobjects`, sobjects by name.

    Args:
        version: As in the URL: `v68.0`.
    """
    entries = sorted(schema.every(), key=lambda item: item.name)
    return {
        "encoding": "UTF-8",
        "maxBatchSize": MAX_BATCH_SIZE,
        "sobjects": [summary(item, version) for item in entries],
    }


def summary(sobject: SObject, version: str) -> Json:
    """Return an sobject as describe global lists it."""
    has = sobject.flags.__contains__
    association = _ASSOCIATED.fullmatch(sobject.name)
    above = tracked_object(sobject) or (association and association[1])
    kind = "History" if tracked_object(sobject) else association and association[2]
    body = {
        "activateable": has("activateable"),
        "associateEntityType": kind,
        "associateParentEntity": above,
        "createable": has("createable"),
        "custom": sobject.custom,
        "customSetting": False,
        "deepCloneable": has("deepCloneable"),
        "deletable": has("deletable"),
        "deprecatedAndHidden": False,
        "feedEnabled": has("feedEnabled"),
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": None if has(HIDDEN_PREFIX) else sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": has("layoutable"),
        "mergeable": has("mergeable"),
        "mruEnabled": has("mruEnabled"),
        "name": sobject.name,
        "queryable": has("queryable"),
        "replicateable": has("replicateable"),
        "retrieveable": has("retrieveable"),
        "searchable": has("searchable"),
        "triggerable": has("triggerable"),
        "undeletable": has("undeletable"),
        "updateable": has("updateable"),
        "urls": _urls(sobject, version),
    }
    return of_version(body, version)


def describe(sobject: SObject, version: str, base: str) -> Json:
    """Return the body of `/sobjects/{name}/describe`.

    Args:
        version: As in the URL: `v68.0`.
        base: Scheme and host of the org's pages.
    """
    has = sobject.flags.__contains__
    pages = {
        "uiDetailTemplate": f"{base}/{{ID}}",
        "uiEditTemplate": f"{base}/{{ID}}/e",
        "uiNewRecord": f"{base}/{sobject.key_prefix}/e",
    }
    root = f"/services/data/{version}/sobjects/{sobject.name}"
    scopes = sobject.scopes or (("everything", f"All {sobject.label_plural.lower()}"),)
    added = {
        "actionOverrides": [],
        "childRelationships": [_child(child) for child in sobject.children],
        "compactLayoutable": has("compactLayoutable"),
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [of_version(_field(field, sobject), version) for field in sobject.fields],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [
            {"name": name, "urls": {"layout": f"{root}/describe/namedLayouts/{name}"}}
            for name in NAMED_LAYOUTS.get(sobject.name, ())
        ],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(sobject, version),
        "searchLayoutable": has("searchLayoutable"),
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": label, "name": name} for name, label in scopes],
        "urls": hashed(_urls(sobject, version) | pages),
    }
    return of_version(dict(sorted((summary(sobject, version) | added).items())), version)


def _urls(sobject: SObject, version: str) -> dict[str, str]:
    root = f"/services/data/{version}/sobjects/{sobject.name}"
    return hashed({name: root + _URLS[name] for name in (*sobject.urls, *_ALWAYS_URLS)})


def _record_types(sobject: SObject, version: str) -> list[Json]:
    if sobject.field("RecordTypeId") is None and "layoutable" not in sobject.flags:
        return []
    root = f"/services/data/{version}/sobjects/{sobject.name}/describe/layouts"
    others = any(record_type.default for record_type in sobject.record_types)
    master = RecordType(MASTER_RECORD_TYPE, "Master", "Master", default=not others)
    infos = [
        {
            "active": record_type.active,
            "available": record_type.active,
            "defaultRecordTypeMapping": record_type.default,
            "developerName": record_type.developer_name,
            "master": record_type is master,
            "name": record_type.name,
            "recordTypeId": record_type.id,
            "urls": {"layout": f"{root}/{record_type.id}"},
        }
        for record_type in (*sobject.record_types, master)
    ]
    return [of_version(info, version) for info in infos]


def _child(child: ChildRelationship) -> Json:
    return {
        "cascadeDelete": child.cascade_delete,
        "childSObject": child.child_sobject,
        "deprecatedAndHidden": False,
        "field": child.field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": child.relationship_name,
        "restrictedDelete": child.restricted_delete,
    }


def _choice(value: PicklistValue, field: Field, sobject: SObject) -> Json:
    return {
        "active": value.active,
        "defaultValue": value.default,
        "label": value.label,
        "validFor": valid_for(value, field, sobject),
        "value": value.value,
    }


def _field(field: Field, sobject: SObject) -> Json:
    # An external id that a reference can be set by is named where it is used, not here.
    return {
        "aggregatable": field.aggregatable,
        "aiPredictionField": False,
        "autoNumber": field.auto_number,
        "byteLength": field.byte_length,
        "calculated": field.calculated,
        "calculatedFormula": None,
        "cascadeDelete": field.cascade_delete,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": field.compound_field_name,
        "controllerName": field.controller,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": _default(field),
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted_on_create,
        "dependentPicklist": field.controller is not None,
        "deprecatedAndHidden": False,
        "digits": field.digits,
        "displayLocationInDecimal": False,
        "encrypted": field.encrypted,
        "externalId": field.external_id,
        "extraTypeInfo": field.extra_type_info,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": field.html_formatted,
        "idLookup": field.id_lookup,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field is sobject.name_field,
        "namePointing": field.name_pointing,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "picklistValues": [_choice(item, field, sobject) for item in field.picklist],
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "queryByDistance": field.compound,
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": field.relationship_order,
        "restrictedDelete": field.restricted_delete,
        "restrictedPicklist": field.restricted_picklist,
        "scale": field.scale,
        "searchPrefilterable": field.type == "reference" and field.custom,
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _default(field: Field) -> object:
    if field.type == "boolean":
        return bool(field.default_value)
    return None if field.type == "reference" else field.default_value
