"""Turns pydantic's complaints into errors that name the field and the remedy.

It never repeats a value: it might be a secret.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from salesforce_connector.errors import BadReply, Rejected

if TYPE_CHECKING:
    from salesforce_connector.errors.inputs import InputError

ModelT = TypeVar("ModelT", bound=BaseModel)

_INSTANCE = r" or instance of \w+"  # the name of an internal class means nothing to users


def read_input(model: type[ModelT], inputs: object, what: str) -> ModelT:
    """Read an input by its model.

    Args:
        model: What validates it.
        inputs: What the caller passed; a mapping, to be valid.
        what: Whose input it is, for the message: "query", "the settings".

    Raises:
        Rejected: It does not fit, or JSON cannot carry it; names the path of each fault and, for
            an unknown name, the nearest known one.
    """
    _require_writable(inputs, what)
    try:
        return model.model_validate(inputs if type(inputs) is dict else _as_dict(inputs))
    except ValidationError as exc:
        from salesforce_connector.errors.inputs import describe_errors

        raise _invalid(describe_errors(model, inputs, exc), what) from None


def _require_writable(inputs: object, what: str) -> None:
    if not _is_writable(inputs):
        from salesforce_connector.errors.inputs import find_unwritable  # for failures alone

        if errors := list(find_unwritable(inputs)):
            raise _invalid(errors, what)


def _invalid(errors: "Sequence[InputError]", what: str) -> Rejected:
    from salesforce_connector.errors.inputs import join_errors

    return Rejected(
        f"The input of {what} is not valid: {join_errors(errors)}.",
        code="INVALID_INPUT",
        fields=(error.path for error in errors),
    )


def require_writable(inputs: object, what: str) -> None:
    """Check inputs that no model reads: those of a form that is still being filled in.

    Raises:
        Rejected: They are not a mapping, or not JSON; names the path of each invalid value.
    """
    if not isinstance(inputs, Mapping):
        raise Rejected(f"The inputs of {what} are not an object.", code="INVALID_INPUT")
    _require_writable(inputs, what)


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
        rule = re.sub(_INSTANCE, "", problem["msg"])
        raise BadReply(
            f"The response of {what} is not valid at {path}: {rule}.",
            code="BAD_REPLY",
            remedy="Report this, with the action and the API version.",
            sent=True,
        ) from None


def require_text(value: object, name: str, what: str) -> str:
    """Return a required text of a response, such as the id of a new record.

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
        f"The response of {what} has no {name}.",
        code="BAD_REPLY",
        remedy="The call succeeded. Report this, with the action and the API version.",
        sent=True,
    )


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _as_dict(inputs: object) -> object:
    return dict(inputs) if isinstance(inputs, Mapping) else inputs


def _is_writable(value: object) -> bool:
    """Return whether JSON can carry a value for sure; looking through it part by part is slow."""
    try:
        text = to_json(value)
    except (ValueError, TypeError):  # half a character, or a type that JSON has not
        return False
    return b"NaN" not in text and b"Infinity" not in text  # as a number, or in a string
