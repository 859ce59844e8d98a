"""Runs flows that are declared without code: the records they write and the values they return.

`{name}` in a string is replaced by an input, or by the id of a step's record; a string that is only
`{name}` becomes the value itself, whatever its type.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from salesforce_emulator.automation.run_context import ActionFunction, RunContext
from salesforce_emulator.config.errors import ConfigError, KeyPath
from salesforce_emulator.config.tables.automations import Flow, Step

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z]\w*)\}", re.ASCII)


def flow_function(flow: Flow, key_path: KeyPath) -> ActionFunction:
    """Return a function that runs a flow's steps and returns its outputs.

    Raises:
        ConfigError: A step is neither a create nor an update, or uses an undefined name.
    """
    names = {item.name for item in flow.inputs}
    for at, step in enumerate(flow.steps):
        here = (*key_path, "steps", at)
        if bool(step.create) == bool(step.update):
            raise ConfigError(here, "has either create or update")
        _require_known([step.update, step.fields], names, here)
        names |= {step.name} if step.name else set()
    _require_known([flow.returns], names, (*key_path, "returns"))
    outputs = {output.name for output in flow.outputs}
    for name in flow.returns:
        if name not in outputs:
            raise ConfigError((*key_path, "returns", name), "there is no such output")

    def run(context: RunContext, values: Mapping[str, Any]) -> Mapping[str, Any]:
        variables = dict.fromkeys(item.name for item in flow.inputs) | dict(values)
        for step in flow.steps:
            _run_step(context, step, variables)
        return {name: fill(value, variables) for name, value in flow.returns.items()}

    return run


def fill(value: Any, variables: Mapping[str, Any]) -> Any:
    """Replace the placeholders of a string, or of all strings in a list or table."""
    if isinstance(value, str):
        whole = _PLACEHOLDER.fullmatch(value)
        if whole is not None and whole[1] in variables:
            return variables[whole[1]]
        return _PLACEHOLDER.sub(lambda match: _text(variables, match), value)
    if isinstance(value, Mapping):
        return {name: fill(item, variables) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [fill(item, variables) for item in value]
    return value


def _run_step(context: RunContext, step: Step, variables: dict[str, Any]) -> None:
    fields = fill(step.fields, variables)
    if step.create:
        record_id = context.create(step.create, fields)
    else:
        record_id = str(fill(step.update, variables))
        context.update(record_id, fields)
    if step.name:
        variables[step.name] = record_id


def _text(variables: Mapping[str, Any], match: "re.Match[str]") -> str:
    value = variables.get(match[1])
    return match[0] if match[1] not in variables else "" if value is None else str(value)


def _require_known(values: Iterable[Any], names: set[str], key_path: KeyPath) -> None:
    for value in values:
        for name in _PLACEHOLDER.findall(repr(value)):
            if name not in names:
                raise ConfigError(key_path, f"{{{name}}} is no input and no step before")
