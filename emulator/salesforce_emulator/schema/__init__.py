"""The sobjects of an org and their fields: standard ones from a table, custom ones added in code.

It holds no record and no rule about records.
"""

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

__all__ = ["ChildRelationship", "Field", "PicklistValue", "SObject", "Schema"]
