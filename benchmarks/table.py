"""What was measured, as a table and as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.case import Case, Goal, Samples, Verdict, judge

WIDTH = 120


def show(console: Console, case: Case, samples: Samples) -> None:
    """Print what each client took, then what became of the goals."""
    table = Table(
        "client",
        "median",
        "spread",
        "runs",
        title=f"{case.name} {case.title}",
        title_justify="left",
    )
    for client in case.clients:
        if (reason := samples.skipped.get(client.name)) is not None:
            table.add_row(client.name, "-", "", escape(f"skipped: {reason}"))
            continue
        median = samples.median(client.name, case.figure)
        if median is None:
            continue
        shown = f"{median * case.scale:,.1f} {case.unit}"
        spread = f"{samples.spread(client.name, case.figure):.2f}x"
        table.add_row(client.name, shown, spread, str(len(samples.runs[client.name])))
    if case.clients:
        console.print(table)
    else:
        console.print(f"{case.name} {case.title}", style="italic")
    for goal in case.goals:
        console.print(_sentence(judge(goal, samples)), soft_wrap=True)
    for sentence in case.missing:
        console.print(f"  [yellow]not built[/]  {sentence}", soft_wrap=True)
    console.print()


def _sentence(verdict: Verdict) -> str:
    goal = verdict.goal
    sign = ">=" if goal.at_least else "<="
    if verdict.value is None:
        return f"  [yellow]not measured[/]  {_describe(goal)}"
    word = "[green]ok[/]   " if verdict.is_reached else "[red]short[/]"
    unit = _unit(goal)
    value, limit = f"{verdict.value:,.4g}{unit}", f"{goal.limit:,.4g}{unit}"
    return f"  {word}  {_describe(goal)}: {value}, goal {sign} {limit}"


def _describe(goal: Goal) -> str:
    by = f" by {goal.by}" if goal.by else ""
    over = f" over {goal.minus}" if goal.minus else ""
    return f"{goal.of}, {goal.figure}{over}{by}"


def _unit(goal: Goal) -> str:
    if goal.by:
        return "x"
    return f" {goal.unit}" if goal.unit not in ("", "x") else ""


def write(
    path: Path,
    machine: Mapping[str, str],
    samples_by_case: Mapping[str, Samples],
    cases: tuple[Case, ...],
) -> None:
    """Write all runs and verdicts as JSON; called after each case, so that none is lost."""
    report: dict[str, Any] = {"machine": dict(machine), "cases": []}
    for case in cases:
        if (samples := samples_by_case.get(case.name)) is None:
            continue
        verdicts = [judge(goal, samples) for goal in case.goals]
        report["cases"].append(
            {
                "name": case.name,
                "title": case.title,
                "runs": samples.runs,
                "skipped": samples.skipped,
                "missing": case.missing,
                "goals": [
                    {**asdict(verdict.goal), "value": verdict.value, "met": verdict.is_reached}
                    for verdict in verdicts
                ],
            }
        )
    path.write_text(json.dumps(report, indent=1) + "\n")
