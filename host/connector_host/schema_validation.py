"""Says in a sentence where a value does not fit its JSON Schema, and what was probably meant.

A value itself is never repeated: it may be a secret. Names of properties and the schema's own
words are.

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

SHOWN = 3  # misfits in one message; the rest is counted
NAMES_SHOWN = 12  # of a schema's own; a longer list hides what it should show
TYPES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Door:
    """A schema made ready to check values at the host's door."""

    def __init__(self, schema: JsonObject, owner: str) -> None:
        """Prepare a schema.

        Raises:
            PluginBroken: It is no valid schema; `owner` says whose it is.
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
        """Let a value pass, or say what does not fit.

        Args:
            value: What came in.
            noun: What it is, for the message: "input", "settings".

        Raises:
            BadInput: It does not fit; `fields` has the JSON paths, `$` being the whole.
        """
        if self._validator.is_valid(value):
            return
        errors = sorted(
            (_innermost(error) for error in self._validator.iter_errors(value)),
            key=lambda error: error.json_path,
        )
        found = list(
            dict.fromkeys(f"{_where(each.json_path, noun)} {_sentence(each)}" for each in errors)
        )
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise BadInput(
            f"The {noun} does not fit: {'; '.join(found[:SHOWN])}{more}.",
            fields=dict.fromkeys(error.json_path for error in errors),
        )


class Doors:
    """The doors of one host, each made when it is first needed."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], Door] = {}

    def of(self, connector: str, noun: str, about: JsonObject, key: str) -> Door:
        """Give the door of a part of a manifest.

        Args:
            noun: What the part is: "action", "method", "trigger".
            key: Where its schema is.
        """
        place = (connector, noun, about["name"])
        if place not in self._made:
            self._made[place] = Door(about[key], f"the {noun} {about['name']!r} of {connector}")
        return self._made[place]


def _innermost(error: "ValidationError") -> "ValidationError":
    """Go down into the branch of an anyOf or oneOf that the value comes nearest to."""
    while error.validator in {"anyOf", "oneOf"} and error.context:
        branches: dict[object, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        # A branch of another type is furthest; then the fewest misfits, then the deepest.
        closest = min(branches.values(), key=lambda inner: (_is_other_type(inner), len(inner)))
        if _is_other_type(closest) and len(branches) > 1:
            return error
        error = max(closest, key=lambda inner: len(inner.path))
    return error


def _where(path: str, noun: str) -> str:
    """Say where in a value: its noun for the whole, the path without the sign for it else.

    >>> _where("$", "input"), _where("$.fields.Name", "input"), _where("$[1]", "input")
    ('input', 'fields.Name', 'input[1]')
    """
    inside = path.removeprefix("$")
    return inside.removeprefix(".") if inside.startswith(".") else noun + inside


def _is_other_type(errors: "list[ValidationError]") -> bool:
    return any(error.validator == "type" and not error.path for error in errors)


def _sentence(error: "ValidationError") -> str:
    """Say one misfit in words, without the value.

    https://python-jsonschema.readthedocs.io/en/stable/errors/
    """
    rule = str(error.validator)
    wanted: Any = error.validator_value
    value: Any = error.instance
    match rule:
        case "required":
            missing = [name for name in wanted if name not in value]
            return f"lacks {_listed(missing)}"
        case "additionalProperties" | "unevaluatedProperties":
            return _unknown_properties(error)
        case "enum":
            close = nearest(str(value), [str(each) for each in wanted])
            meant = f" (did you mean {close!r}?)" if close else ""
            return f"must be one of {_listed(wanted)}{meant}"
        case "const":
            return f"must be {wanted!r}"
        case "type":
            types = [wanted] if isinstance(wanted, str) else wanted
            return f"must be {' or '.join(TYPES[each] for each in types)}"
        case "pattern":
            return f"must match {wanted}{_such_as(error.schema)}"
        case "format":
            return f"must be a valid {wanted}"
        case "minLength" | "minItems" | "minProperties":
            return (
                "must not be empty" if wanted == 1 else f"must have at least {wanted} {_of(rule)}"
            )
        case "maxLength" | "maxItems" | "maxProperties":
            return f"must have at most {wanted} {_of(rule)}"
        case "minimum" | "exclusiveMinimum":
            return f"must be {'more than' if 'ex' in rule else 'at least'} {wanted}"
        case "maximum" | "exclusiveMaximum":
            return f"must be {'less than' if 'ex' in rule else 'at most'} {wanted}"
        case "anyOf" | "oneOf":
            return "fits none of the forms that it may have"
        case _:
            return f"breaks the rule {rule!r}"


def _unknown_properties(error: "ValidationError") -> str:
    known = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    value: Any = error.instance
    strange = sorted(name for name in value if name not in known)
    sentences = []
    for name in strange[:SHOWN]:
        close = nearest(name, known)
        hint = f"did you mean {close!r}?" if close else f"there are {_listed(sorted(known))}"
        sentences.append(f"has no {name!r} ({hint})" if known else f"has no {name!r}")
    return ", ".join(sentences) or "has a property that is not allowed"


def _such_as(schema: Any) -> str:
    examples = [each for each in schema.get("examples", []) if isinstance(each, str) and each]
    return f", such as {examples[0]!r}" if examples else ""


def _listed(values: Iterable[Json]) -> str:
    shown = [repr(value) for value in values]
    more = [f"{len(shown) - NAMES_SHOWN} more"] if len(shown) > NAMES_SHOWN else []
    return ", ".join(shown[:NAMES_SHOWN] + more)


def _of(rule: str) -> str:
    return {"Length": "characters", "Items": "items", "Properties": "properties"}[rule[3:]]
