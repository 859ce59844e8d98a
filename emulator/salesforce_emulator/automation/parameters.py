"""Inputs and outputs of invocable actions: their types, and reading values by them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.records.values import reader
from salesforce_emulator.schema.field import Field

Json = dict[str, Any]

# Type of an input or output -> the field type that its values are written like.
TYPES: Final = {
    "STRING": "string",
    "TEXTAREA": "textarea",
    "PICKLIST": "picklist",
    "REFERENCE": "reference",
    "BOOLEAN": "boolean",
    "INTEGER": "int",
    "NUMBER": "double",
    "CURRENCY": "currency",
    "DATE": "date",
    "DATETIME": "datetime",
    "SOBJECT": "",
}
_DIGITS: Final = (18, 6)  # ours: digits in all and after the point; a flow variable has its own
_NUMBERS: Final = frozenset({"NUMBER", "CURRENCY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One input or output.

    Attributes:
        type: One of `TYPES`.
        many: It is a collection; values are lists.
        sobject: API name of a record's object, for SOBJECT.
    """

    name: str
    label: str = ""
    description: str | None = None
    type: str = "STRING"
    required: bool = False
    many: bool = False
    sobject: str | None = None

    def input(self) -> Json:
        """Describe it as an input."""
        return {"byteLength": 0, **self.output(), "required": self.required}

    def output(self) -> Json:
        """Describe it as an output."""
        return {
            "description": self.description,
            "label": self.label or self.name,
            "maxOccurs": _MANY if self.many else 1,
            "name": self.name,
            "picklistValues": None,
            "sobjectType": self.sobject,
            "type": self.type,
        }

    def read(self, value: Any) -> Any:
        """Read a value that came as JSON; None stays None.

        Raises:
            SalesforceError: INVALID_API_INPUT: it is of another type.
        """
        if value is None:
            return None
        try:
            if not self.many:
                return self._read_single(value)
            if not isinstance(value, list):
                raise wrong_json_kind("list", value)
            return [self._read_single(item) for item in value]
        except SalesforceError as error:
            raise automation_errors.bad_input(self.name, error.message) from None

    def _read_single(self, value: Any) -> Any:
        if self.type == "SOBJECT":
            if not isinstance(value, Mapping):
                raise wrong_json_kind("sobject", value)
            return dict(value)
        precision, scale = _DIGITS if self.type in _NUMBERS else (0, 0)
        field = Field(
            name=self.name,
            label=self.label,
            type=TYPES[self.type],
            precision=precision,
            scale=scale,
        )
        read = reader(field)(value)
        return bool(read) if self.type == "BOOLEAN" else read


_MANY: Final = 2000  # elements of a collection


def read_inputs(parameters: Sequence[Parameter], supplied: Mapping[str, Any]) -> Json:
    """Read the inputs of one run; absent ones are left out.

    Raises:
        SalesforceError: INVALID_API_INPUT: one is unknown, missing, or of a wrong type.
    """
    by_name = {parameter.name.lower(): parameter for parameter in parameters}
    values: Json = {}
    for name, value in supplied.items():
        parameter = by_name.get(name.lower())
        if parameter is None:
            raise automation_errors.unknown_input(name)
        values[parameter.name] = parameter.read(value)
    for item in parameters:
        if item.required and values.get(item.name) is None:
            raise automation_errors.missing_input(item.name)
    return values
