"""The host knows no connector by name."""

from pathlib import Path

import connector_host

EXAMPLES = "hookspecs"  # its docstrings show how an existing connector is called


def test_no_file_of_the_host_names_a_product() -> None:
    files = [
        file
        for file in Path(connector_host.__path__[0]).rglob("*")
        if file.is_file() and not {"__pycache__", EXAMPLES} & set(file.parts)
    ]

    assert len(files) > 20
    for file in files:
        assert "salesforce" not in file.read_text("utf-8").lower(), file.name
