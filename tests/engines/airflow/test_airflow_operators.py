"""Inputs that are named like an operator's own arguments stay inputs; results stay small."""

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG, BaseOperator, BaseSensorOperator

from connector_host.engines.airflow.operators import ActionOperator
from connector_host.engines.airflow.results import fit_for_xcom
from connector_host.engines.airflow.sensors import TriggerSensor
from connector_host.errors import BadInput
from connector_host.registry import Registry


def input_names(kind: str) -> set[str]:
    """Return the names of all inputs of all actions, or triggers, that are installed."""
    registry = Registry.load(validate=False)
    return {
        name
        for connector in registry.names
        for entry in registry.manifest(connector)[kind]
        for name in entry["input"]["properties"]
    }


def own_arguments(operator: type[BaseOperator]) -> set[str]:
    return set(inspect.signature(operator.__init__).parameters) - {"self", "kwargs"}


@pytest.mark.parametrize(
    ("operator", "base"), [(ActionOperator, BaseOperator), (TriggerSensor, BaseSensorOperator)]
)
def test_our_own_arguments_hide_none_of_airflows(
    operator: type[BaseOperator], base: type[BaseOperator]
) -> None:
    assert own_arguments(operator) & {*own_arguments(base), *dir(base)} == set()


def test_inputs_with_reserved_names_reach_the_action_and_change_no_operator() -> None:
    reserved = {*own_arguments(BaseOperator), *dir(BaseOperator)}
    names = (input_names("actions") & reserved) | {"params", "log", "task_id"}
    inputs: dict[str, Any] = {name: f"ours: {name}" for name in names}
    with DAG("reserved"):
        plain = ActionOperator(task_id="plain", conn_id="acme", action="any")
        operator = ActionOperator(task_id="named", conn_id="acme", action="any", inputs=inputs)

    operator.render_template_fields({})

    assert operator.inputs == inputs
    assert operator.task_id == "named"
    assert {type(getattr(operator, name, None)) for name in names} == {
        type(getattr(plain, name, None)) for name in names
    }
    assert not any("ours: " in str(getattr(operator, name, "")) for name in names)


def test_a_result_too_large_for_xcom_fails_and_says_where_to_write_it() -> None:
    with pytest.raises(BadInput, match="output_path"):
        fit_for_xcom({"records": ["x" * 100] * 20_000}, None)
    small = {"records": ["x"] * 3}
    assert fit_for_xcom(small, None) == small


def test_a_result_in_a_file_leaves_its_path_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    output = {"records": [{"Id": number} for number in range(50_000)], "done": True}
    left = fit_for_xcom(output, str(path))
    assert left == {"path": str(path), "bytes": path.stat().st_size, "records": 50_000}
    assert json.loads(path.read_text()) == output
