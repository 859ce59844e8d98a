"""Table rows of recordings: one a family, and one of all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from conformance.recorded.comparison import differences
from conformance.recorded.explanations import explain, not_ours
from conformance.recorded.recording import Recording, read
from conformance.recorded.replay import replay
from conformance.recorded.schema import with_schemas
from conformance.recorded.state import prepare
from conformance.table import Row
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.schema.schema import Schema

BAR: Final = 0.97  # of what can be judged

_PROOF: Final = "recordings"
_REFUSED_BY_NAME: Final = "the local org does not offer it and says so"


@dataclass(slots=True)
class _Family:
    agreed: int = 0
    judged: int = 0
    notes: list[str] = field(default_factory=list)
    not_judgeable: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def rows(folder: Path) -> Iterator[Row]:
    """Replay all recordings of a folder; yield one row a family, and one of all."""
    if not folder.is_dir():
        yield Row(_PROOF, "all", skipped=f"there is no {folder}")
        return
    recordings = list(read(folder))
    families: dict[str, _Family] = defaultdict(_Family)
    for recording, schema in with_schemas(recordings):
        _judge(recording, schema, families[recording.file])
    whole = _Family()
    for name, family in families.items():
        whole.agreed += family.agreed
        whole.judged += family.judged
        for reason, count in family.not_judgeable.items():
            whole.not_judgeable[reason] += count
        if family.judged:
            yield Row(_PROOF, name, family.agreed, family.judged, notes=family.notes)
        else:
            skipped = "; ".join(f"{n} {why}" for why, n in family.not_judgeable.items())
            yield Row(_PROOF, name, skipped=skipped, notes=family.notes)
    reasons = sorted(whole.not_judgeable.items(), key=lambda item: -item[1])
    notes = [f"{count} of {len(recordings)} not judgeable: {why}" for why, count in reasons]
    skipped = "" if whole.judged else "nothing can be judged"
    yield Row(_PROOF, "all", whole.agreed, whole.judged, BAR, skipped=skipped, notes=notes)


def _judge(recording: Recording, schema: Schema, family: _Family) -> None:
    reason = recording.not_judgeable() or not_ours(recording)
    if reason:
        family.not_judgeable[reason] += 1
        return
    with open_org(schema=schema, settings=Settings(bulk_wait=0)) as org:
        try:
            prepare(org, recording)
        except Exception as exc:  # noqa: BLE001 - one line of a folder must not end the run
            family.not_judgeable[f"the harness could not prepare for it: {exc!r}"[:120]] += 1
            return
        response = replay(org, recording)
    if _is_refused_by_name(response):
        family.not_judgeable[_REFUSED_BY_NAME] += 1
        return
    family.judged += 1
    disagreements = differences(recording, response)
    if not disagreements:
        family.agreed += 1
        return
    explanation = explain(f"{recording.family} {disagreements[0]}")
    more = f" and {len(disagreements) - 1} more" if len(disagreements) > 1 else ""
    family.notes.append(
        f"{recording.location} {recording.method} {recording.path}: {disagreements[0]}{more}"
        + (f" [{explanation}]" if explanation else "")
    )


def _is_refused_by_name(response: httpx.Response) -> bool:
    return "The local org does not offer" in response.text
