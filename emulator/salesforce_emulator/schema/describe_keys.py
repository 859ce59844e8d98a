"""From which API version on describe has which of its keys.

A key that is not listed here is in every version that is still served. Read off describes of
v42.0, v48.0, v52.0 and v59.0; where a key came between two of them, its documented version counts.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

from collections.abc import Mapping
from typing import Any, Final

_SINCE: Final = {
    "actionOverrides": 32,  # documented
    "aiPredictionField": 43,  # not in 42, in 48
    "associateEntityType": 50,  # documented
    "associateParentEntity": 50,  # documented
    "deepCloneable": 43,  # not in 42, in 48
    "defaultImplementation": 43,  # not in 42, in 48
    "developerName": 43,  # documented, of record types
    "extendedBy": 43,  # not in 42, in 48
    "extendsInterfaces": 43,  # not in 42, in 48
    "formulaTreatNullNumberAsZero": 43,  # not in 42, in 48
    "implementedBy": 43,  # not in 42, in 48
    "implementsInterfaces": 43,  # not in 42, in 48
    "isInterface": 43,  # not in 42, in 48
}


def of_version(body: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Leave out the keys that came after a version, `v42.0`."""
    number = float(version[1:])
    return {key: value for key, value in body.items() if _SINCE.get(key, 0) <= number}
