"""What a flow does that is declared without code: records it writes, values it returns.

`{name}` in a text stands for an input, or for the id of a step's record; a text that is nothing but
`{name}` is the value itself, whatever its type.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from salesforce_emulator.automation.run_context import ActionFunction, RunContext
from salesforce_emulator.config.errors import ConfigError, Place
from salesforce_emulator.config.schema import Flow, Step

_PLACE: Final = re.compile(r"\{([A-Za-z]\w*)\}", re.ASCII)


def declared(flow: Flow, place: Place) -> ActionFunction:
    """Return the function of a flow's steps and what it returns.

    Raises:
        Misfit: A step is neither a create nor an update, or names what is not known by then.
    """
    known = {item.name for item in flow.inputs}
    for at, step in enumerate(flow.steps):
        here = (*place, "steps", at)
        if bool(step.create) == bool(step.update):
            raise ConfigError(here, "has either create or update")
        _require_known([step.update, step.fields], known, here)
        known |= {step.name} if step.name else set()
    _require_known([flow.returns], known, (*place, "returns"))
    outputs = {output.name for output in flow.outputs}
    for name in flow.returns:
        if name not in outputs:
            raise ConfigError((*place, "returns", name), "there is no such output")

    def does(context: RunContext, values: Mapping[str, Any]) -> Mapping[str, Any]:
        given = dict.fromkeys(item.name for item in flow.inputs) | dict(values)
        for step in flow.steps:
            _take(context, step, given)
        return {name: filled(value, given) for name, value in flow.returns.items()}

    return does


def filled(value: Any, given: Mapping[str, Any]) -> Any:
    """Put values in the places of a text, and of all texts in a list or table."""
    if isinstance(value, str):
        whole = _PLACE.fullmatch(value)
        if whole is not None and whole[1] in given:
            return given[whole[1]]
        return _PLACE.sub(lambda match: _text(given, match), value)
    if isinstance(value, Mapping):
        return {name: filled(item, given) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [filled(item, given) for item in value]
    return value


def _take(context: RunContext, step: Step, given: dict[str, Any]) -> None:
    fields = filled(step.fields, given)
    if step.create:
        record_id = context.create(step.create, fields)
    else:
        record_id = str(filled(step.update, given))
        context.update(record_id, fields)
    if step.name:
        given[step.name] = record_id


def _text(given: Mapping[str, Any], match: "re.Match[str]") -> str:
    value = given.get(match[1])
    return match[0] if match[1] not in given else "" if value is None else str(value)


def _require_known(values: Iterable[Any], known: set[str], place: Place) -> None:
    for value in values:
        for name in _PLACE.findall(repr(value)):
            if name not in known:
                raise ConfigError(place, f"{{{name}}} is no input and no step before")
