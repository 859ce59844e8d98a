"""Tables of flows, Apex, quick actions and approval processes.

`calls` names a function, `module:function`. The module is beside the file, or can be imported.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

InputType = Literal[
    "STRING", "TEXTAREA", "PICKLIST", "REFERENCE", "BOOLEAN", "INTEGER", "NUMBER", "CURRENCY",
    "DATE", "DATETIME", "SOBJECT",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input or output of a flow or of invocable Apex."""

    name: str
    label: str = ""
    type: InputType = "STRING"
    required: bool = False
    many: bool = False
    object: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One record that a flow writes: `create` an object, or `update` the record of an id.

    Attributes:
        name: What the record's id is called in steps and outputs that follow.
    """

    create: str = ""
    update: str = ""
    name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`[[flows]]` and `[[apex]]`: either `calls`, or `steps` and `returns`."""

    name: str
    label: str = ""
    description: str | None = None
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Input, ...] = ()
    steps: tuple[Step, ...] = ()
    returns: dict[str, Any] = field(default_factory=dict)
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApexRest:
    """`[[apex_rest]]`: either `calls`, or `status` and `body`; `{rest}` is the path's `*`."""

    path: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    status: int = 200
    body: Any = None
    calls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAction:
    """`[[quick_actions]]`: of an object, or global."""

    name: str
    target: str
    label: str = ""
    type: Literal["Create", "Update", "LogACall"] = "Create"
    object: str | None = None
    link: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalProcess:
    """`[[approval_processes]]`: approvers are usernames or queues, one a step.

    Attributes:
        approvers: An empty one is named by who submits, or approved the step before.
        recall: Whoever submits a record may take it back.
    """

    name: str
    object: str
    label: str = ""
    approvers: tuple[str, ...] = ()
    when: str = ""
    description: str | None = None
    recall: bool = False
    on_submit: dict[str, Any] = field(default_factory=dict)
    on_approval: dict[str, Any] = field(default_factory=dict)
    on_rejection: dict[str, Any] = field(default_factory=dict)
    on_recall: dict[str, Any] = field(default_factory=dict)
