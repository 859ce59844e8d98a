"""The context and the result of one run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_connector.flow import GetRecords, GetResumeState, Note, Progress, Step, Task
from salesforce_connector.http.retry import RETRY_FOR
from salesforce_connector.limits import Usage

Watch = Callable[[Mapping[str, Any]], object]
"""Called with progress: `done`, `total`, `message`, `state`; may raise to cancel the run."""


@dataclass(slots=True)
class Result:
    """One run: its output as JSON, calls spent, and warnings for the builder.

    Attributes:
        watch: Called with the run's progress; None for none.
        resume: State of the last progress of the run that this one resumes.
        retry_for: Seconds that each call may spend on pauses between attempts; 0: no retries.
        run_id: The host's, for logs.
        records: What the host passes beside the inputs.
        background: Whether the run gives way to others; see `call_budget`.
        tasks: Flows that run beside the run's own, and what each has spent.
    """

    output: Any = None
    usage: Usage = field(default_factory=Usage)
    warnings: list[str] = field(default_factory=list)
    watch: Watch | None = field(default=None, repr=False)
    resume: Mapping[str, Any] | None = field(default=None, repr=False)
    retry_for: float = RETRY_FOR
    run_id: str = ""
    background: bool = False
    records: object = field(default=None, repr=False)
    tasks: dict[Task, "Result"] | None = field(default=None, repr=False)

    def beside(self) -> "Result":
        """Return a result for a flow that runs beside this run's own."""
        return Result(retry_for=self.retry_for, run_id=self.run_id, background=self.background)

    def note_task(self, task: Task, beside: "Result") -> None:
        """Record a flow that runs beside this run's own."""
        self.tasks = {task: beside, **(self.tasks or {})}

    def absorb(self, task: Task) -> None:
        """Add what a flow beside this run's own has spent and noted, once it has ended."""
        beside = (self.tasks or {}).pop(task, None)
        if beside is not None:
            self.usage.add(beside.usage)
            self.warnings += beside.warnings

    @classmethod
    def in_context(cls, context: Mapping[str, Any]) -> "Result":
        """Begin a run in a host's context; see `run_action` of the contract."""
        retry_for = context.get("retry_for")
        return cls(
            watch=context.get("progress"),
            resume=context.get("resume"),
            retry_for=RETRY_FOR if retry_for is None else max(0.0, float(retry_for)),
            run_id=str(context.get("run_id", "")),
            background=bool(context.get("background")),
            records=context.get("records"),
        )

    def record(self, step: Step) -> Any:
        """Take a step of a flow that is not a call; give what the flow is sent for it."""
        match step:
            case GetResumeState():
                return self.resume
            case GetRecords():
                return self.records
            case Note():
                self.warnings.append(step.message)
            case Progress() if self.watch is not None:
                self.watch(
                    {
                        "done": step.done,
                        "total": step.total,
                        "message": step.message,
                        "state": dict(step.state),
                    }
                )
                return True
        return None

    def as_json(self) -> dict[str, Any]:
        """Return it as the contract has it."""
        return {"output": self.output, "usage": self.usage.as_json(), "warnings": self.warnings}
