"""What the connector does without a call, or with one for many: input checks, lists of objects."""

from benchmarks.work.engine import BenchmarkConnection, hooks
from benchmarks.work.our_operations import CREATE
from benchmarks.work.worker import Measurement, Task, run


def checks(task: Task) -> None:
    """Check an input as a run does before it sends anything."""
    from salesforce_actions.actions.create_record import create_record
    from salesforce_connector.validation import read_input

    with Measurement():
        for _ in range(task.count):
            read_input(create_record.input, CREATE, create_record.name)


def list_objects_twice(task: Task) -> None:
    """List the objects of an org twice, as a form does when it is opened."""
    hook, connection = hooks(), BenchmarkConnection(task)
    with Measurement() as measurement:
        for _ in range(2):
            page = hook.list_options(
                connector="salesforce",
                source="objects",
                connection=connection,
                inputs={},
                search="",
                page=None,
            )
        measurement.figures["options"] = len(page["options"])


if __name__ == "__main__":
    run(checks, list_objects_twice)
