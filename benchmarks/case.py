"""The parts of a benchmark: cases, their clients and goals, and the verdict on each goal."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_SPREAD: Final = 1.5  # slowest by fastest run, above which a case is run again


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a case, and the conditions that it runs in.

    Attributes:
        name: In the table; unique in a case.
        peer: The environment whose Python runs it, see `environments`.
        module: Of `benchmarks.work`; `-c` when `work` is code, timed from outside.
        work: Function of the module, a workload.
        processes: How many processes share the work.
        latency: Seconds that the stub delays each response.
        expire: Whether the token expires when all processes are ready.
        interval: Seconds between arrivals; 0 for work without pauses.
        count: Operations; 0: as many as the case has.
        concurrency: Operations at once.
        rate: Bytes a second of each of the stub's connections; 0: no limit.
        whole: Whether the process is measured from outside, from its start to its end.
    """

    name: str
    peer: str
    module: str
    work: str
    processes: int = 1
    latency: float = 0.0
    expire: bool = False
    interval: float = 0.0
    count: int = 0
    concurrency: int = 50
    rate: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be.

    Attributes:
        of: Client whose figure it is.
        figure: Name of it.
        limit: Of the ratio, or of the figure itself when there is no `by`.
        by: Client whose same figure is 1.
        minus: Client whose same figure is subtracted first.
        unit: Of a figure that is not a ratio.
        each_run: Whether each run must hold it, not the median.
    """

    of: str
    figure: str
    limit: float
    by: str | None = None
    minus: str | None = None
    unit: str = "x"
    each_run: bool = False
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of work, run by our client and its peers in turn.

    Attributes:
        name: The number of its goals, such as P1.
        title: The work, in a few words.
        count: Operations in one run.
        clients: In the order of the table.
        goals: Limits for our client's figures.
        stub_arguments: Arguments of the stub.
        figure: The figure in the table, also for the spread.
        scale: Factor from the figure to the table.
        unit: In the table.
        prepare: Writes files for the work into a folder before each run; gets the stub's URL too.
        missing: Required features that are not built, a sentence each.
        runs: At most; 0: as many as the command line says.
    """

    name: str
    title: str
    count: int
    clients: tuple[Client, ...]
    goals: tuple[Goal, ...]
    stub_arguments: tuple[str, ...] = ()
    figure: str = "cpu"
    scale: float = 1.0
    unit: str = "s"
    prepare: Callable[[str, str], None] | None = None
    missing: tuple[str, ...] = ()
    runs: int = 0


@dataclass(slots=True)
class Samples:
    """The figures of all runs of a case, by client.

    Attributes:
        runs: Figures of each run, in order.
        skipped: Reason for each client without a run.
    """

    runs: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def values(self, client: str, figure: str) -> list[float]:
        return [run[figure] for run in self.runs.get(client, ()) if figure in run]

    def median(self, client: str, figure: str) -> float | None:
        """Return the median; None without a value."""
        values = self.values(client, figure)
        return statistics.median(values) if values else None

    def spread(self, client: str, figure: str) -> float:
        """Return the slowest run divided by the fastest; 1 without a value."""
        values = self.values(client, figure)
        return max(values) / min(values) if values and min(values) > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal and its measured value; None when it could not be measured."""

    goal: Goal
    value: float | None

    @property
    def is_reached(self) -> bool:
        if self.value is None:
            return False
        return (
            self.value >= self.goal.limit if self.goal.at_least else self.value <= self.goal.limit
        )


def judge(goal: Goal, samples: Samples) -> Verdict:
    """Compare the figures with a goal: their median, or the worst run."""
    values = samples.values(goal.of, goal.figure)
    if not values:
        return Verdict(goal, None)
    value = (min if goal.at_least else max)(values) if goal.each_run else statistics.median(values)
    if goal.minus is not None:
        offset = samples.median(goal.minus, goal.figure)
        if offset is None:
            return Verdict(goal, None)
        value -= offset
    if goal.by is not None:
        reference = samples.median(goal.by, goal.figure)
        if not reference:
            return Verdict(goal, None)
        value /= reference
    return Verdict(goal, value)
