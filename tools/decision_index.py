"""The index of the decision notes, written from their file names and first lines."""

import re
from pathlib import Path

NOTES = Path(__file__).resolve().parent.parent / "docs" / "decisions"


def page() -> str:
    """Return the text of docs/decisions/README.md.

    Raises:
        SystemExit: Two notes have one number, or a note has none.
    """
    rows: dict[str, str] = {}
    for note in sorted(NOTES.glob("*.md")):
        if note.name == "README.md":
            continue
        numbered = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.md", note.name)
        if numbered is None or numbered[1] in rows:
            raise SystemExit(f"docs/decisions/{note.name}: each note has a number of its own")
        title = note.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        rows[numbered[1]] = f"| [{numbered[1]}]({note.name}) | {title} |"
    head = [
        "# Decisions",
        "",
        "Half a page each: what was decided, why, and what was left out. A new note takes the next",
        "free number; `make schemas` writes this index.",
        "",
        "| number | decision |",
        "|---|---|",
    ]
    return "\n".join([*head, *rows.values()]) + "\n"
