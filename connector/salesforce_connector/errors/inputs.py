"""Turns pydantic's errors into sentences for people: by the input's own names, without internals.

A value is never repeated: it might be a secret.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from salesforce_connector.suggestions import suggest

_HALF: Final = re.compile("[\ud800-\udfff]")
_PRIVATE: Final = re.compile(r"value error,\s*|assertion failed,\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InputError:
    """One place of an input that does not fit.

    Attributes:
        path: As in `records.3.Id`; empty for the whole.
        sentence: What is wrong with it.
    """

    path: str
    sentence: str


def describe_errors(
    model: type[BaseModel], inputs: Any, error: ValidationError
) -> list[InputError]:
    """Return the places that do not fit, each once, in the order of the input's fields.

    A value that fits none of several forms gets one sentence, which names them all.
    """
    by_path: dict[str, list[ErrorDetails]] = {}
    for problem in error.errors(include_url=False, include_input=False):
        by_path.setdefault(_path(problem, inputs), []).append(problem)
    return [
        InputError(path, _sentence(model, path, problems) + _hint_at_json(inputs, problems))
        for path, problems in by_path.items()
    ]


def _hint_at_json(inputs: Any, problems: Sequence[ErrorDetails]) -> str:
    """Return a hint if a text looks like JSON, as templates of engines produce it."""
    value = inputs
    for step in problems[0]["loc"]:
        try:
            value = value[step]
        except (LookupError, TypeError):
            break
    needs_json = _form(problems[0]) in ("a list", "an object")
    if needs_json and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return ", not a text of JSON; parse it before"
    return ""


def _path(problem: ErrorDetails, inputs: Any) -> str:
    """Return the path within the input; what pydantic adds for its own forms is left out."""
    path: list[str] = []
    value = inputs
    for at, step in enumerate(problem["loc"]):
        missing = problem["type"] == "missing" and at == len(problem["loc"]) - 1
        if isinstance(value, Mapping) and (step in value or missing):
            path.append(str(step))
            value = value.get(step)
        elif isinstance(value, Sequence) and isinstance(step, int) and not isinstance(value, str):
            path.append(str(step))
            value = value[step] if 0 <= step < len(value) else None
    return ".".join(path)


def _sentence(model: type[BaseModel], path: str, problems: Sequence[ErrorDetails]) -> str:
    own = [problem for problem in problems if problem["type"] == "value_error"]
    if len(problems) == 1 or own:
        return _describe(model, path, own[0] if own else problems[0])
    forms = dict.fromkeys(filter(None, map(_form, problems)))
    if not forms:
        return _describe(model, path, problems[0])
    *others, last = forms
    return f"takes {', '.join(others)} or {last}" if others else f"takes {last}"


def _describe(model: type[BaseModel], path: str, problem: ErrorDetails) -> str:
    context = problem.get("ctx") or {}
    match problem["type"]:
        case "missing":
            return "is required"
        case "extra_forbidden":
            nearest = suggest(path, model.model_fields) if "." not in path else None
            return "no such field" + (f"; did you mean {nearest!r}?" if nearest else "")
        case "string_pattern_mismatch":
            return f"does not have the right form{_example(model, path)}"
        case "string_too_short" if context.get("min_length") == 1:
            return "is empty"
        case "string_too_short":
            return f"needs at least {context['min_length']:,} characters"
        case "string_too_long":
            return f"takes at most {context['max_length']:,} characters"
        case "too_short":
            return f"needs at least {_count(context.get('min_length', 1))}"
        case "too_long":
            return f"takes at most {_count(context.get('max_length', 0))}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:,}"
        case "greater_than":
            return f"must be more than {context['gt']:,}"
        case "less_than_equal":
            return f"must be at most {context['le']:,}"
        case "less_than":
            return f"must be less than {context['lt']:,}"
        case "timezone_aware":
            return "needs its UTC offset, such as Z or +01:00"
        case "value_error" | "assertion_error":
            text = _PRIVATE.sub("", problem["msg"], count=1).rstrip(".")
            return f"{text[:1].lower()}{text[1:]}" if text[1:2].islower() else text
        case "literal_error" | "enum":
            return f"takes {_form(problem)}"
        case _:
            form = _form(problem)
            return f"takes {form}" if form else "does not fit"


_FORMS: Final = (
    (("string_",), "a text"),
    (("bool_",), "true or false"),
    (("int_", "integer_"), "a whole number"),
    (("float_", "decimal_", "finite_number"), "a number"),
    (("datetime_", "timezone_"), "a time with its UTC offset, such as 2026-01-31T09:00:00Z"),
    (("date_",), "a date such as 2026-01-31"),
    (("time_",), "a time such as 09:30:00"),
    (("list_", "tuple_", "set_", "iterable_", "sequence_"), "a list"),
    (("dict_", "model_", "mapping_", "dataclass_"), "an object"),
    (("path_",), "a path"),
    (("none_required",), "null"),
    (("url_",), "an address"),
    (("missing_", "unexpected_"), ""),
)


def _form(problem: ErrorDetails) -> str:
    """Name what would have fitted."""
    kind = problem["type"]
    if kind in ("literal_error", "enum"):
        expected = str((problem.get("ctx") or {}).get("expected", ""))
        return expected.replace("'", "") if expected else "one of its choices"
    return next((form for starts, form in _FORMS if kind.startswith(starts)), "")


def _count(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"


def _example(model: type[BaseModel], path: str) -> str:
    """Return the example of a field of the input itself."""
    field = model.model_fields.get(path)
    texts = [
        example for example in (field.examples if field else None) or () if isinstance(example, str)
    ]
    return f", such as {texts[0]}" if texts else ""


def find_unwritable(value: object, path: str = "") -> Iterator[InputError]:
    """Find values that Python has and JSON has not."""
    match value:
        case float() | Decimal() if not math.isfinite(value):
            yield InputError(path, "a number must be finite")
        case str() if not value.isascii() and _HALF.search(value):
            yield InputError(path, "a text holds half of a character")
        case dict():
            for name, part in value.items():
                if isinstance(name, str) and _HALF.search(name):
                    yield InputError(path, "a name holds half of a character")
                else:
                    yield from find_unwritable(part, f"{path}.{name}" if path else str(name))
        case list():
            for index, part in enumerate(value):
                yield from find_unwritable(part, f"{path}.{index}")


def join_errors(errors: Iterable[InputError]) -> str:
    """Write errors as one sentence's part: "limit: must be at least 1; sobject: is required"."""
    return "; ".join(f"{error.path or 'input'}: {error.sentence}" for error in errors)
