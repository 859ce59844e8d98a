"""What a host's developer may import: named in `connector_host`, and nothing loaded for it."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import connector_host
from connector_host import hookspecs

DOCS = Path(connector_host.__file__).parents[2] / "docs"
PUBLIC_MODULES = {"connector_host", "connector_host.hookspecs"}


def test_every_public_name_is_there_and_has_a_docstring() -> None:
    for name in connector_host.__all__:
        assert getattr(connector_host, name).__doc__, name
    assert dir(connector_host) == connector_host.__all__ == sorted(connector_host.__all__)


def test_private_name_is_no_attribute() -> None:
    assert not hasattr(connector_host, "nothing_of_this_name")


def test_importing_the_package_loads_nothing_of_it() -> None:
    program = (
        "import sys, connector_host;"
        "loaded = [name for name in sys.modules if name.startswith('connector_host.')];"
        "assert loaded == [], loaded"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_contract_can_be_copied_into_an_engine(tmp_path: Path) -> None:
    """It imports pluggy and nothing of the host, wherever the folder stands."""
    shutil.copytree(Path(hookspecs.__path__[0]), tmp_path / "their_contract")
    program = (
        "import sys, their_contract;"
        "loaded = [name for name in sys.modules if name.partition('.')[0] == 'connector_host'];"
        "assert loaded == [], loaded;"
        "assert their_contract.run_action.workflow_connectors_spec['firstresult']"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, cwd=tmp_path)


def test_the_docs_import_public_names_alone() -> None:
    """Also of `errors`, whose classes are documented, and of `engines`, which has pages."""
    result: set[str] = set()
    for page in [DOCS / "host.md", DOCS / "embedding.md"]:
        for code in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and node.module:
                    result.add(node.module)

    host = {name for name in result if name.startswith("connector_host")}
    assert host
    assert all(name in PUBLIC_MODULES or name.startswith("connector_host.engines") for name in host)
