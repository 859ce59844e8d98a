"""The local org's pages: their examples run, and every key of a config file is explained."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from salesforce_emulator.automation.apex_rest import call, endpoints_of
from salesforce_emulator.automation.invocable import declared_actions, run
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.config.tables.file import ConfigFile
from salesforce_emulator.opening import open_org

DOCS = Path(__file__).parents[2] / "docs/local-org"
RUNNING = (DOCS / "running.md").read_text("utf-8")
CONFIGURATION = (DOCS / "configuration.md").read_text("utf-8")


def tables(kind: Any) -> Iterator[type]:
    """Yield the classes of tables that stand below one."""
    for hint in get_type_hints(kind).values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and is_dataclass(part):
                yield part
                yield from tables(part)


def test_its_config_makes_an_org(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text("\n".join(re.findall(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)))
    (functions,) = re.findall(r"```py\n(.*?)```", CONFIGURATION, re.DOTALL)
    (tmp_path / "parcels.py").write_text(functions)

    with open_org(config=file) as org:
        assert org.schema["Parcel__c"].key_prefix == "a77"
        context = RunContext(org, org.access(org.admin_id))
        (counting,) = declared_actions(org).of_kind("apex")
        (ran,) = run(context, counting, [{"region": "EU"}])
        assert ran.outputs == {"count": 1}
        params = {"region": "US"}
        answer = call(context, endpoints_of(org), "GET", "/parcels/count", params, None)
        assert answer.body == {"count": 0}
        assert org.db.execute('SELECT COUNT(*) FROM "Parcel__c"').fetchone()[0] == 1


def test_its_python_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", RUNNING, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the page's own example

    assert names["versions"][-1]["version"] == "68.0"


def test_names_each_key() -> None:
    keys = {field.name for table in (ConfigFile, *tables(ConfigFile)) for field in fields(table)}
    words = set(re.findall(r"\w+", CONFIGURATION))

    assert keys - words == set()
