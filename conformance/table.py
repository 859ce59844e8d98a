"""The table of results: one row a proof, and whether it reaches its bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one proof.

    Attributes:
        proof: What the org was compared with: "recordings", "SOQL" ...
        family: The part of the proof.
        agreed: How many of `compared` agree.
        bar: Share that must agree, 0 to 1; None when the row only reports.
        skipped: Why nothing was compared; empty when something was.
        notes: Each disagreement in a line, with its explanation if there is one.
    """

    proof: str
    family: str
    agreed: int = 0
    compared: int = 0
    bar: float | None = None
    skipped: str = ""
    notes: Sequence[str] = ()

    @property
    def reaches_bar(self) -> bool:
        """Whether the row reaches its bar."""
        if self.skipped or self.bar is None:
            return True
        return self.compared > 0 and self.agreed / self.compared >= self.bar

    @property
    def share(self) -> str:
        """The share that agrees, in per cent."""
        return f"{100 * self.agreed / self.compared:.1f} %" if self.compared else ""


def show(rows: Iterable[Row]) -> bool:
    """Print the table and its notes; return whether every row reaches its bar."""
    table = Table("proof", "family", "agreed", "share", "bar", "")
    listed = list(rows)
    for row in listed:
        count = "" if row.skipped else f"{row.agreed} / {row.compared}"
        bar = "" if row.bar is None or row.skipped else f"{100 * row.bar:.0f} %"
        verdict = f"skipped: {row.skipped}" if row.skipped else "ok" if row.reaches_bar else "BELOW"
        table.add_row(row.proof, row.family, count, row.share, bar, escape(verdict))
    console = Console(width=110, soft_wrap=True, highlight=False)
    console.print(table)
    for row in listed:
        for note in row.notes:
            console.print(escape(f"{row.proof}, {row.family}: {note}"))
    return all(row.reaches_bar for row in listed)
