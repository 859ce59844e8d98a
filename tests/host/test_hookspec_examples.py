"""The examples in the contract's docstrings, run as they stand."""

import doctest
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from connector_host import errors, hookspecs
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore

HOOKS = [name for name, var in vars(hookspecs).items() if hasattr(var, hookspecs.GROUP + "_spec")]
EXAMPLE = "salesforce"  # the connector that the examples call by name


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the examples may use; what one defines, the next ones see."""
    registry = Registry.load()
    if EXAMPLE not in registry.names:
        pytest.skip(f"the connector {EXAMPLE!r} is not installed")
    store = ConnectionStore.in_folder(tmp_path_factory.mktemp("examples"))
    connection = store.add(
        "example",
        connector=EXAMPLE,
        method="client_credentials",
        settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
        secrets={"consumer_secret": "made-up"},
        credentials={},
    )
    yield {"registry": registry, "connection": connection}
    store.close()


def test_hooks_are_collected() -> None:
    """Or no example would be run."""
    assert "connector_manifest" in HOOKS
    assert "close_connection" in HOOKS
    assert len(HOOKS) == 22


@pytest.mark.parametrize("hook", HOOKS)
def test_example_of_each_hook_runs(names: dict[str, Any], hook: str) -> None:
    """They run in the order of the contract: a later one uses what an earlier one began."""
    if "begun" not in names and hook == "finish_authorization":  # when it is run alone
        _run("begin_authorization", names)

    assert _run(hook, names) >= 1


def _run(hook: str, names: dict[str, Any]) -> int:
    """Run a hook's examples, keep what they define in `names`, and give how many there were."""
    report: list[str] = []
    attempted = 0
    finder = doctest.DocTestFinder(recurse=False)
    for example in finder.find(getattr(hookspecs, hook), hook, globs=names):
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
        attempted += runner.run(example, out=report.append, clear_globs=False).attempted
        names.update(example.globs)
    assert not report, "".join(report)
    return attempted


def test_the_examples_of_the_hosts_errors_are_true() -> None:
    assert doctest.testmod(errors).failed == 0
    assert ">>>" in (inspect.getdoc(errors.unknown) or "")
