"""The nouns of a measurement: who does what, what is read off it, and what it should be."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

MAX_SPREAD: Final = 1.5  # slowest by fastest run, above which a case is run again


@dataclass(frozen=True, slots=True)
class Client:
    """A client at work.

    Attributes:
        name: What the table calls it; unique in a case.
        peer: Whose Python runs it, see `environments`.
        module: Of `benchmarks.work`; `-c` when `work` is code, timed from outside.
        work: Function of the module.
        processes: That share the work, each its part.
        latency: Seconds that the stub holds each answer back.
        expire: Whether the token ends when all are ready.
        interval: Seconds between arrivals, 0 for work that is done as fast as it can.
        count: Things to do; 0: as the case says.
        concurrency: At once.
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
        minus: Client whose same figure is taken off first.
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
    """One kind of work, done by ours and by peers in turn.

    Attributes:
        name: As goals are numbered.
        title: The work, in a few words.
        count: Things to do in one run.
        clients: Who does it.
        goals: What ours should come to.
        stub_arguments: Arguments of the stub.
        figure: What the table shows, and what the spread is taken of.
        scale: From the figure to what is shown.
        unit: Of what is shown.
        prepare: Makes files for the work in a folder, before each run; it gets the stub's URL too.
        missing: What is asked for and not built, in a sentence each.
        runs: At most; 0: as many as were asked for.
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
    """What all runs of a case gave, by client.

    Attributes:
        runs: Figures of each run, in the order they were done.
        skipped: Why a client has none.
    """

    runs: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def values(self, client: str, figure: str) -> list[float]:
        return [run[figure] for run in self.runs.get(client, ()) if figure in run]

    def median(self, client: str, figure: str) -> float | None:
        """Return the median; None when there is nothing."""
        values = self.values(client, figure)
        return statistics.median(values) if values else None

    def spread(self, client: str, figure: str) -> float:
        """Return the slowest by the fastest run; 1 when there is nothing to compare."""
        values = self.values(client, figure)
        return max(values) / min(values) if values and min(values) > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a goal; `value` is None when it could not be measured."""

    goal: Goal
    value: float | None

    @property
    def met(self) -> bool:
        if self.value is None:
            return False
        return (
            self.value >= self.goal.limit if self.goal.at_least else self.value <= self.goal.limit
        )


def judge(goal: Goal, samples: Samples) -> Verdict:
    """Hold what was measured to a goal: by medians, or by the worst run."""
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
