"""Duplicate rules: a record that matches an existing one is refused.

A rule that alerts accepts the record when the caller sends the header
`Sforce-Duplicate-Rule-Header: allowSave=true`; a rule that blocks never does. Records match when
all fields of a rule are equal, without regard to case; fuzzy matching is not modelled.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_duplicaterules.htm
"""

from typing import Any

from salesforce_emulator import errors
from salesforce_emulator.org.storage import collation
from salesforce_emulator.records.declared.rules import DuplicateRule, declared_rules
from salesforce_emulator.records.save_context import Row, SaveContext
from salesforce_emulator.schema.rendering import Json, attributes, whole
from salesforce_emulator.schema.sobject import SObject


def check(save: SaveContext) -> None:
    """Check a save against the duplicate rules of its sobject.

    Raises:
        SalesforceError: DUPLICATES_DETECTED, with the matching records.
    """
    for rule in declared_rules(save.org).duplicate_rules:
        if rule.sobject.lower() != save.sobject.name.lower() or not _applies(rule, save):
            continue
        if rule.alerts and save.options.allows_duplicates:
            continue
        result = _matches(rule, save)
        if result:
            raise errors.duplicates_detected(rule.message, _result(rule, save, result))


def _applies(rule: DuplicateRule, save: SaveContext) -> bool:
    if save.new:
        return True
    return rule.on_update and any(save.changed(name) for name in rule.fields)


def _matches(rule: DuplicateRule, save: SaveContext) -> list[Row]:
    sobject = save.sobject
    values = [save.row.get(name) for name in rule.fields]
    if any(value is None for value in values):
        return []
    alike = " AND ".join(f'"{name}" = ?{_collation(sobject, name)}' for name in rule.fields)
    live = ' AND "IsDeleted" = 0' if sobject.soft_deleted else ""
    sql = f'SELECT * FROM "{sobject.name}" WHERE {alike}{live} AND "Id" <> ? ORDER BY "Id"'  # noqa: S608
    return [dict(row) for row in save.org.db.execute(sql, (*values, save.record_id))]


def _collation(sobject: SObject, name: str) -> str:
    field = sobject.field(name)
    if field is None:
        raise LookupError(f"A duplicate rule names {sobject.name}.{name}, which is not there.")
    return collation(field)


def _result(rule: DuplicateRule, save: SaveContext, duplicates: list[Row]) -> dict[str, Any]:
    kind = save.sobject.name
    matches = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": _record(save, row),
        }
        for row in duplicates
    ]
    return {
        "allowSave": rule.alerts,
        "duplicateRule": rule.name or f"Standard_{kind}_Duplicate_Rule",
        "duplicateRuleEntityType": kind,
        "errorMessage": rule.message,
        "matchResults": [
            {
                "entityType": kind,
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": matches,
                "rule": f"Standard_{kind}_Match_Rule_v1_0",
                "size": len(matches),
                "success": True,
            }
        ],
    }


def _record(save: SaveContext, row: Row) -> Json:
    sobject, options = save.sobject, save.options
    if options.includes_duplicates:
        return whole(sobject, row, options.version)
    head = attributes(options.version, sobject.name, row["Id"])
    return {"attributes": head, "Id": row["Id"]}
