"""The rows of the table that recordings give: one a family."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from conformance.recorded.known import explained
from conformance.recorded.pairs import Pair, read
from conformance.recorded.schema import missing_objects, recorded_schema
from conformance.recorded.shape import differences
from conformance.recorded.state import prepare
from conformance.table import Row
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.serving.transport import OrgTransport

BAR: Final = 0.97  # of what was compared

_PROOF: Final = "recordings"
_NOT_SERVED: Final = {
    "bulk1": "Bulk API 1.0",
    "soap": "SOAP",
    "tooling": "objects and calls of the Tooling API that the org has not",
    "connect": "Connect API",
    "oauth": "its one grant, by password, is refused in new orgs; its secrets are cut",
}


@dataclass(slots=True)
class _Family:
    agreed: int = 0
    compared: int = 0
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def rows(folder: Path) -> Iterator[Row]:
    """Ask everything in a folder again; one row a family, and one of all."""
    if not folder.is_dir():
        yield Row(_PROOF, "all", skipped=f"there is no {folder}")
        return
    schema = recorded_schema()
    families: dict[str, _Family] = defaultdict(_Family)
    for pair in read(folder):
        _compare(pair, schema, families[pair.place.partition(":")[0]])
    whole = _Family()
    for name, family in families.items():
        whole.agreed += family.agreed
        whole.compared += family.compared
        notes = [*family.notes, *(f"{n} not asked: {why}" for why, n in family.left_out.items())]
        if family.compared:
            yield Row(_PROOF, name, family.agreed, family.compared, notes=notes)
        else:
            yield Row(
                _PROOF, name, skipped=_NOT_SERVED.get(name, "nothing could be asked"), notes=notes
            )
    yield Row(_PROOF, "all", whole.agreed, whole.compared, BAR)


def _compare(pair: Pair, schema: Schema, family: _Family) -> None:
    reason = _NOT_SERVED.get(pair.place.partition(":")[0]) or pair.unusable()
    absent = missing_objects(pair, schema)
    if not reason and absent:
        reason = f"no {', '.join(absent)}"
    if reason:
        family.left_out[reason] += 1
        return
    family.compared += 1
    with Org(schema=schema) as org:
        prepare(org, pair)
        found = differences(pair, _asked(org, pair))
    if not found:
        family.agreed += 1
        return
    why = explained(f"{pair.family} {found[0]}")
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    family.notes.append(
        f"{pair.place} {pair.method} {pair.path}: {found[0]}{more}" + (f" [{why}]" if why else "")
    )


def _asked(org: Org, pair: Pair) -> httpx.Response:
    path = pair.path
    if "/sobjects/Organization/" in path:
        path = f"{path.rpartition('/')[0]}/{org.org_id}"
    with httpx.Client(transport=OrgTransport(org), base_url=f"https://{org.host}") as client:
        return client.request(
            pair.method,
            f"{path}?{pair.query}" if pair.query else path,
            json=pair.body if isinstance(pair.body, dict) else None,
            headers={"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"},
        )
