"""Each client of a benchmark names a workload that its module runs."""

import ast

import pytest

from benchmarks.case import Case
from benchmarks.cases import CASES, GROWTH
from benchmarks.environments import ROOT


def workloads(module: str) -> set[str]:
    """Return the functions that a module passes to `run`, without importing its client."""
    tree = ast.parse((ROOT / f"benchmarks/work/{module}.py").read_text("utf-8"))
    (call,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "run"
    )
    return {argument.id for argument in call.args if isinstance(argument, ast.Name)}


@pytest.mark.parametrize("case", [*CASES, *GROWTH], ids=lambda case: case.name)
def test_clients_name_workloads(case: Case) -> None:
    unknown = [
        (client.name, client.module, client.work)
        for client in case.clients
        if client.module != "-c" and client.work not in workloads(client.module)
    ]

    assert unknown == []
