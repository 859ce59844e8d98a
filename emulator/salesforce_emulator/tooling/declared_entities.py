"""ApexClass, Flow, FlowDefinition and ValidationRule: what is declared in the org, as rows.

The org holds one version of each, active, and no source: the `Body` of a class is hidden, as that
of a managed package is, and `Metadata` and the like are no fields here. What has no name in the org
is named by its place: `Account_Rule_1`.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_objects_list.htm
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from salesforce_emulator.automation.invocable import declared_actions
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.tooling.entity import Entity, Row, made_id, sobject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_AUDIT: Final = (
    " CreatedDate:datetime CreatedById:User LastModifiedDate:datetime LastModifiedById:User"
)
_HIDDEN: Final = "(hidden)"  # as a real org shows the source of a managed package
_API: Final = 68.0  # of what is declared: the newest the local org speaks


def _apex(org: "Org", access: "Access") -> Iterator[Row]:
    del access
    for item in declared_actions(org).of_kind("apex"):
        yield _make(org) | {
            "Id": made_id("01p", item.name),
            "Name": item.name,
            "ApiVersion": _API,
            "Status": "Active",
            "IsValid": True,
            "Body": _HIDDEN,
            "BodyCrc": 0.0,
            "LengthWithoutComments": 0,
            "SystemModstamp": datetime_text(org.schema_changed),
        }


def _flows(org: "Org", access: "Access") -> Iterator[Row]:
    del access
    for item in declared_actions(org).of_kind("flow"):
        yield _make(org) | {
            "Id": made_id("301", item.name),
            "DefinitionId": made_id("300", item.name),
            "MasterLabel": item.label,
            "Description": item.description,
            "Status": "Active",
            "VersionNumber": 1,
            "ProcessType": "AutoLaunchedFlow",
            "ApiVersion": _API,
        }


def _definitions(org: "Org", access: "Access") -> Iterator[Row]:
    del access
    for item in declared_actions(org).of_kind("flow"):
        version = made_id("301", item.name)
        yield _make(org) | {
            "Id": made_id("300", item.name),
            "DeveloperName": item.name,
            "MasterLabel": item.label,
            "Description": item.description,
            "ActiveVersionId": version,
            "LatestVersionId": version,
        }


def _validation_rules(org: "Org", access: "Access") -> Iterator[Row]:
    counts: Counter[str] = Counter()
    for rule in declared_rules(org).validation_rules:
        result = access.schema.get(rule.sobject)
        if result is None:
            continue
        counts[result.name] += 1
        name = f"{result.name.removesuffix('__c')}_Rule_{counts[result.name]}"
        entity = made_id("01I", result.name)[:15] if result.custom else result.name
        yield _make(org) | {
            "Id": made_id("03d", name),
            "ValidationName": name,
            "EntityDefinitionId": entity,
            "Active": True,
            "ErrorDisplayField": rule.field,
            "ErrorMessage": rule.message,
        }


def _make(org: "Org") -> dict[str, object]:
    changed = datetime_text(org.schema_changed)
    return {
        "CreatedDate": changed,
        "CreatedById": org.admin_id,
        "LastModifiedDate": changed,
        "LastModifiedById": org.admin_id,
    }


ENTITIES: Final = (
    Entity(
        sobject(
            "ApexClass",
            "01p",
            "Id:id NamespacePrefix Name ApiVersion:double Status IsValid:boolean BodyCrc:double"
            " Body LengthWithoutComments:int" + _AUDIT + " SystemModstamp:datetime",
        ),
        _apex,
        in_data_api=True,
    ),
    Entity(
        sobject(
            "Flow",
            "301",
            "Id:id DefinitionId:FlowDefinition MasterLabel Description Status VersionNumber:int"
            " ProcessType ApiVersion:double" + _AUDIT,
        ),
        _flows,
    ),
    Entity(
        sobject(
            "FlowDefinition",
            "300",
            "Id:id DeveloperName NamespacePrefix MasterLabel Description ActiveVersionId:Flow"
            " LatestVersionId:Flow" + _AUDIT,
        ),
        _definitions,
    ),
    Entity(
        sobject(
            "ValidationRule",
            "03d",
            "Id:id ValidationName NamespacePrefix EntityDefinitionId:EntityDefinition"
            " Active:boolean ErrorDisplayField ErrorMessage" + _AUDIT,
        ),
        _validation_rules,
    ),
)
