"""Validates values against a JSON Schema, and describes each fault in a sentence.

A message never repeats a value, which may be a secret: it has names of properties, and what the
schema allows.

https://json-schema.org/draft/2020-12/json-schema-validation
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from connector_host.errors import BadInput, PluginBroken, nearest
from connector_host.hookspecs import Json, JsonObject

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MAX_SHOWN = 3  # faults in one message; the rest is counted
MAX_NAMES_SHOWN = 12  # in one message; a longer list is not read
TYPES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class InputValidator:
    """Checks values against one schema."""

    def __init__(self, schema: JsonObject, owner: str) -> None:
        """Prepare a schema.

        Args:
            owner: What the schema belongs to, for the message.

        Raises:
            PluginBroken: The schema itself is not valid.
        """
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as exc:
            raise PluginBroken(
                f"The schema of {owner} is not valid at {exc.json_path}: {exc.message}"
            ) from exc
        self._validator = Draft202012Validator(
            schema, format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    def check(self, value: Json, noun: str) -> None:
        """Raise an error unless a value is valid.

        Args:
            value: The value to check.
            noun: What it is, for the message: "input", "form".

        Raises:
            BadInput: It is not valid; `fields` has the JSON paths of the faults, `$` being the
                whole value.
        """
        try:
            if not self._validator.is_valid(value):
                raise _bad_input(self._validator.iter_errors(value), noun)
        except RecursionError as exc:
            raise BadInput(f"The {noun} is nested too deeply.", fields=["$"]) from exc

    def check_names(self, value: Json, noun: str) -> None:
        """Raise an error if a property is unknown, and ignore all other faults.

        For an incomplete value: a form that is being filled in.

        Raises:
            BadInput: See `check`.
        """
        misnamed = [
            error
            for error in self._validator.iter_errors(value)
            if error.validator in {"additionalProperties", "unevaluatedProperties"}
        ]
        if misnamed:
            raise _bad_input(misnamed, noun)


class ValidatorCache:
    """The validators of one host, each created when it is first needed."""

    def __init__(self) -> None:
        self._validators: dict[tuple[str, str, str], InputValidator] = {}

    def of(self, connector: str, noun: str, entry: JsonObject, key: str) -> InputValidator:
        """Return the validator of an entry of a manifest.

        Args:
            noun: What the entry is: "action", "method", "trigger".
            key: The key of its schema.
        """
        cache_key = (connector, noun, entry["name"])
        if cache_key not in self._validators:
            self._validators[cache_key] = InputValidator(
                entry[key], f"the {noun} {entry['name']!r} of {connector}"
            )
        return self._validators[cache_key]


def _bad_input(faults: "Iterable[ValidationError]", noun: str) -> BadInput:
    errors = sorted(map(_innermost, faults), key=lambda error: error.json_path)
    sentences = list(
        dict.fromkeys(f"{_location(error.json_path, noun)} {_sentence(error)}" for error in errors)
    )
    more = f"; and {len(sentences) - MAX_SHOWN} more" if len(sentences) > MAX_SHOWN else ""
    return BadInput(
        f"The {noun} is not valid: {'; '.join(sentences[:MAX_SHOWN])}{more}.",
        fields=dict.fromkeys(error.json_path for error in errors),
    )


def _innermost(error: "ValidationError") -> "ValidationError":
    """Return the error inside the branch of an anyOf or oneOf that the value is most similar to."""
    while error.validator in {"anyOf", "oneOf"} and error.context:
        branches: dict[object, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        # A branch of another type is least similar; then the one with the fewest faults wins.
        closest = min(branches.values(), key=lambda inner: (_is_other_type(inner), len(inner)))
        if _is_other_type(closest) and len(branches) > 1:
            return error
        error = max(closest, key=lambda inner: len(inner.path))
    return error


def _location(path: str, noun: str) -> str:
    """Describe a place in a value: the noun for the whole value, its path for a part.

    >>> _location("$", "input"), _location("$.fields.Name", "input"), _location("$[1]", "input")
    ('input', 'fields.Name', 'input[1]')
    """
    inside = path.removeprefix("$")
    return inside.removeprefix(".") if inside.startswith(".") else noun + inside


def _is_other_type(errors: "list[ValidationError]") -> bool:
    return any(error.validator == "type" and not error.path for error in errors)


def _sentence(error: "ValidationError") -> str:
    """Describe one fault, without the value.

    https://python-jsonschema.readthedocs.io/en/stable/errors/
    """
    rule = str(error.validator)
    rule_value: Any = error.validator_value
    value: Any = error.instance
    match rule:
        case "required":
            missing = [name for name in rule_value if name not in value]
            return f"lacks {_join_names(missing)}"
        case "additionalProperties" | "unevaluatedProperties":
            return _unknown_properties(error)
        case "enum":
            suggestion = nearest(str(value), [str(allowed) for allowed in rule_value])
            hint = f" (did you mean {suggestion!r}?)" if suggestion else ""
            return f"must be one of {_join_names(rule_value)}{hint}"
        case "const":
            return f"must be {rule_value!r}"
        case "type":
            types = [rule_value] if isinstance(rule_value, str) else rule_value
            return f"must be {' or '.join(TYPES[name] for name in types)}"
        case "pattern":
            return f"must match {rule_value}{_example(error.schema)}"
        case "format":
            return f"must be a valid {rule_value}"
        case "minLength" | "minItems" | "minProperties":
            return (
                "must not be empty"
                if rule_value == 1
                else f"must have at least {rule_value} {_unit(rule)}"
            )
        case "maxLength" | "maxItems" | "maxProperties":
            return f"must have at most {rule_value} {_unit(rule)}"
        case "minimum" | "exclusiveMinimum":
            return f"must be {'more than' if 'ex' in rule else 'at least'} {rule_value}"
        case "maximum" | "exclusiveMaximum":
            return f"must be {'less than' if 'ex' in rule else 'at most'} {rule_value}"
        case "anyOf" | "oneOf":
            return "matches none of the allowed forms"
        case _:
            return f"breaks the rule {rule!r}"


def _unknown_properties(error: "ValidationError") -> str:
    names = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    value: Any = error.instance
    unknown = sorted(name for name in value if name not in names)
    sentences = []
    for name in unknown[:MAX_SHOWN]:
        suggestion = nearest(name, names)
        hint = (
            f"did you mean {suggestion!r}?"
            if suggestion
            else f"there are {_join_names(sorted(names))}"
        )
        sentences.append(f"has no {name!r} ({hint})" if names else f"has no {name!r}")
    return ", ".join(sentences) or "has a property that is not allowed"


def _example(schema: Any) -> str:
    examples = [text for text in schema.get("examples", []) if isinstance(text, str) and text]
    return f", such as {examples[0]!r}" if examples else ""


def _join_names(values: Iterable[Json]) -> str:
    texts = [repr(value) for value in values]
    more = [f"{len(texts) - MAX_NAMES_SHOWN} more"] if len(texts) > MAX_NAMES_SHOWN else []
    return ", ".join(texts[:MAX_NAMES_SHOWN] + more)


def _unit(rule: str) -> str:
    return {"Length": "characters", "Items": "items", "Properties": "properties"}[rule[3:]]
