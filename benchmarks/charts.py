"""`python -m benchmarks.charts FILE.json FOLDER`: charts of how cost grows, as SVG.

It reads what `python -m benchmarks --growth` has written, and runs in the environment of
`peers/charts.txt`: pygal is no dependency of the project's.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from statistics import median
from typing import Any, Final

import pygal
from pygal.style import Style

Runs = list[Mapping[str, float]]

_CREATES: Final = 2_000  # as in `cases.growth`, at most 200 for each at once

_COLOURS: Final = ("#0b5cab", "#c23934", "#8a6d3b", "#2e844a", "#5a4fcf")
_COMMENTS: Final = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes:
        name: Of the file.
        title: With the unit.
        cases: Prefix of the names of its cases; the rest is the position on the x axis.
        x: Title of the x axis.
        value: Returns the figure of one run at a position.
        logarithmic: Whether the y axis is logarithmic.
    """

    name: str
    title: str
    cases: str
    x: str
    value: Callable[[Mapping[str, float], int], float]
    logarithmic: bool = False


CHARTS: Final = (
    Chart(
        "calls-at-once-cpu",
        "CPU for one create, microseconds (20 ms latency)",
        "G1.",
        "creates at once",
        lambda run, _: run["each"],
    ),
    Chart(
        "calls-at-once-wall",
        "Time for one create, milliseconds (20 ms latency)",
        "G1.",
        "creates at once",
        lambda run, at_once: run["wall"] / min(_CREATES, 200 * at_once) * 1e3,
        logarithmic=True,
    ),
    Chart(
        "rows-cpu",
        "CPU for a query that is streamed, milliseconds",
        "G2.",
        "rows",
        lambda run, _: run["cpu"] * 1e3,
        logarithmic=True,
    ),
    Chart(
        "rows-memory",
        "Memory for a query, MiB",
        "G2.",
        "rows",
        lambda run, _: max(run["rss"], 0.1),
        logarithmic=True,
    ),
    Chart(
        "connections-memory",
        "Memory for the connections of one process, MiB",
        "G3.",
        "connections, each used once",
        lambda run, _: max(run["rss"], 0.1),
        logarithmic=True,
    ),
    Chart(
        "connections-cpu",
        "CPU for a new connection and its first call, milliseconds",
        "G3.",
        "connections, each used once",
        lambda run, count: run["cpu"] / count * 1e3,
        logarithmic=True,
    ),
)


def main() -> None:
    """Draw each chart that the file has data for."""
    measured: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    cases: dict[str, dict[str, Runs]] = {case["name"]: case["runs"] for case in measured["cases"]}
    for chart in CHARTS:
        positions = [
            int(name.removeprefix(chart.cases)) for name in cases if name.startswith(chart.cases)
        ]
        if positions:
            svg = draw(chart, sorted(positions), cases, caption(measured["machine"], cases))
            (folder / f"{chart.name}.svg").write_text(svg)


def caption(machine: Mapping[str, str], cases: Mapping[str, Mapping[str, Runs]]) -> str:
    """Say when and on what the figures were measured."""
    counts = {len(runs) for clients in cases.values() for runs in clients.values()}
    runs = " to ".join(map(str, sorted({min(counts), max(counts)})))
    cpu = f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']} at the start"
    return f"{machine['date']}, {cpu}, Python {machine['python']}, medians of {runs} runs"


def draw(
    chart: Chart, positions: list[int], cases: Mapping[str, Mapping[str, Runs]], note: str
) -> str:
    """Return a chart as SVG: the median of each client's runs at each position."""
    drawn = pygal.Line(
        title=chart.title,
        x_title=f"{chart.x}\n{note}",
        js=(),  # a picture, not a program
        disable_xml_declaration=True,
        logarithmic=chart.logarithmic,
        style=Style(background="white", plot_background="white", colors=_COLOURS),
        width=720,
        height=420,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        truncate_legend=-1,
        value_formatter=lambda value: f"{value:,.3g}",
        print_values=False,
        interpolate=None,
    )
    drawn.x_labels = [f"{position:,}" for position in positions]
    clients = sorted(
        {client for position in positions for client in cases[f"{chart.cases}{position}"]},
        key=lambda client: (not client.startswith("ours"), client),
    )
    all_values: list[float] = []
    for client in clients:
        values: list[float | None] = []
        for position in positions:
            runs = cases[f"{chart.cases}{position}"].get(client)
            values.append(median(chart.value(run, position) for run in runs) if runs else None)
        drawn.add(client, values)
        all_values += filter(None, values)
    if chart.logarithmic:
        lowest, highest = floor(log10(min(all_values))), ceil(log10(max(all_values)))
        drawn.y_labels = [10.0**power for power in range(lowest, highest + 1)]
    text: str = drawn.render(is_unicode=True)
    return _COMMENTS.sub("", text) + "\n"


if __name__ == "__main__":
    main()
