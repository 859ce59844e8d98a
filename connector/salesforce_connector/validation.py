"""Turns pydantic's complaints into errors that name the field and the remedy.

It never repeats a value: it might be a secret.
"""

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.suggestions import suggest

ModelT = TypeVar("ModelT", bound=BaseModel)

_HALF = re.compile("[\ud800-\udfff]")


def read_input(model: type[ModelT], given: object, what: str) -> ModelT:
    """Read an input by its model.

    Args:
        model: What it should fit.
        given: What was given; a mapping, to fit.
        what: Whose input it is, for the message: "query", "the settings".

    Raises:
        Rejected: It does not fit, or JSON cannot carry it; names the path of each misfit and, for
            an unknown name, the nearest known one.
    """
    if unwritable := list(_unwritable(given, "")):
        raise Rejected(
            f"The input of {what} does not fit: {'; '.join(map(': '.join, unwritable))}.",
            code="INVALID_INPUT",
            fields=(path for path, _ in unwritable),
        )
    try:
        return model.model_validate(dict(given) if isinstance(given, Mapping) else given)
    except ValidationError as exc:
        problems = exc.errors(include_url=False, include_input=False, include_context=False)
        told = [
            _sentence(model, problem["loc"], problem["type"], problem["msg"])
            for problem in problems
        ]
        raise Rejected(
            f"The input of {what} does not fit: {'; '.join(told)}.",
            code="INVALID_INPUT",
            fields=(_path(problem["loc"]) for problem in problems),
        ) from None


def read_reply(model: type[ModelT], body: Any, what: str) -> ModelT:
    """Read what Salesforce answered by its model.

    Raises:
        BadReply: It does not fit; the values are not repeated.
    """
    try:
        return model.model_validate(body)
    except ValidationError as exc:
        problem = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        path = _path(problem["loc"]) or "its top"
        raise BadReply(
            f"The answer to {what} does not fit at {path}: {problem['msg']}.",
            code="BAD_REPLY",
            remedy="Report this, with the action and the API version.",
            sent=True,
        ) from None


def told(value: object, name: str, what: str) -> str:
    """Give a text of an answer without which it says nothing, such as the id of what was made.

    Args:
        value: As it was answered.
        name: What Salesforce calls it.
        what: Whose answer it is: "the post".

    Raises:
        BadReply: It is missing, empty, or no text.
    """
    if isinstance(value, str) and value:
        return value
    raise BadReply(
        f"The answer to {what} has no {name}.",
        code="BAD_REPLY",
        remedy="It was done. Report this, with the action and the API version.",
        sent=True,
    )


def _unwritable(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Give path and fault of each value that Python has and JSON has not."""
    match value:
        case float() | Decimal() if not math.isfinite(value):
            yield path, "a number must be finite"
        case str() if not value.isascii() and _HALF.search(value):
            yield path, "a text holds half of a character"
        case dict():
            for name, part in value.items():
                if isinstance(name, str) and _HALF.search(name):
                    yield path, "a name holds half of a character"
                else:
                    yield from _unwritable(part, f"{path}.{name}" if path else str(name))
        case list():
            for index, part in enumerate(value):
                yield from _unwritable(part, f"{path}.{index}")


def _sentence(model: type[BaseModel], loc: tuple[int | str, ...], kind: str, message: str) -> str:
    path = _path(loc) or "input"
    if kind == "extra_forbidden":
        nearest = suggest(str(loc[-1]), model.model_fields) if len(loc) == 1 else None
        return f"{path}: no such field" + (f"; did you mean {nearest!r}?" if nearest else "")
    if kind == "missing":
        return f"{path}: is required"
    text = message.removeprefix("Value error, ").rstrip(".")
    return f"{path}: {text[:1].lower()}{text[1:]}"


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)
