"""A whole Airflow on loopback: servers and edge workers, each in a process group of its own."""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
from engines.airflow.airflow_home import AIRFLOW, AirflowHome

START = 120.0  # seconds for a process to start on a busy machine
RUN = 150.0  # seconds for a run of a DAG on a busy machine
POLL = 0.25  # seconds between two looks

T = TypeVar("T")


class Component:
    """One process of Airflow; whatever it starts is in its process group and ends with it."""

    def __init__(self, folder: AirflowHome, name: str, *words: str) -> None:
        self.log = folder.folder / f"{name}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [AIRFLOW, *words],
                env=folder.environment,
                cwd=folder.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process and all that it started, at once, as a loss of power does."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGSTOP)  # it starts nothing more
        family = [self._process.pid, *_descendants(self._process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


def _descendants(pid: int) -> Iterator[int]:
    """Yield the processes that a process started, and those that these started.

    Tasks have process groups of their own, so a signal to the worker's group leaves them running.
    """
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield child
            yield from _descendants(child)


class AirflowCluster:
    """An API server, a scheduler, a DAG processor, a triggerer and workers.

    Attributes:
        url: Of the API server.
        begin: When its folder was empty, on the monotonic clock.
    """

    def __init__(self, folder: AirflowHome, port: int) -> None:
        self.begin = time.monotonic()
        self.home = folder
        self.url = f"http://127.0.0.1:{port}"
        self._components: dict[str, Component] = {}
        self._client = httpx.Client(base_url=self.url, timeout=30)

    def start(self, name: str, *words: str) -> None:
        self._components[name] = Component(self.home, name, *words)

    def start_worker(self, name: str, concurrency: int = 2) -> None:
        """Start an edge worker, which reaches Airflow by HTTP alone."""
        pid = str(self.home.folder / f"{name}.pid")  # two on one machine need a file each
        self.start(name, "edge", "worker", "--edge-hostname", name, "--pid", pid,
                   "--concurrency", str(concurrency))  # fmt: skip

    def kill(self, name: str) -> None:
        self._components.pop(name).kill()

    def close(self) -> None:
        for component in self._components.values():
            component.kill()
        self._client.close()

    def sign_in(self) -> None:
        """Wait for the API server and take a token of the administrator."""

        def token() -> str | None:
            try:
                response = self._client.get("/auth/token")
            except httpx.TransportError:
                return None
            return response.json()["access_token"] if response.is_success else None

        self._client.headers["Authorization"] = f"Bearer {self.wait_for(token, START)}"

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Call the REST API; gives what the answer holds."""
        response = self._client.request(method, path, json=body)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def add_connection(self, name: str, connection: str) -> None:
        """Store a connection, written as an AIRFLOW_CONN_... variable holds it."""
        self.request(
            "POST", "/api/v2/connections", {"connection_id": name, **json.loads(connection)}
        )

    def start_run(self, dag: str) -> str:
        """Start a run as soon as Airflow knows the DAG; gives the run's id."""
        path = f"/api/v2/dags/{dag}"

        def known() -> bool:
            return self._client.get(path).is_success

        self.wait_for(known, START)
        self.request("PATCH", path, {"is_paused": False})
        run = self.request("POST", f"{path}/dagRuns", {"logical_date": None})
        return str(run["dag_run_id"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """Return the run's task instances as they are now."""
        path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances?limit=100"
        tasks: list[dict[str, Any]] = self.request("GET", path)["task_instances"]
        return tasks

    def jobs(self, dag: str, run: str) -> list[tuple[int, int, str]]:
        """Return what edge workers took: the task's index, which try it is, and the worker."""
        jobs = self.request("GET", "/edge_worker/ui/jobs")["jobs"]
        return [
            (job["map_index"], job["try_number"], job["edge_worker"])
            for job in jobs
            if job["dag_id"] == dag and job["run_id"] == run and job["edge_worker"]
        ]

    def finish(self, dag: str, run: str, patience: float = RUN) -> str:
        """Wait until the run has ended; gives its state."""
        path = f"/api/v2/dags/{dag}/dagRuns/{run}"

        def ended() -> str | None:
            state = self.request("GET", path)["state"]
            return state if state in ("success", "failed") else None

        return str(self.wait_for(ended, patience))

    def run_dag(self, dag: str) -> str:
        """Run a DAG to its end; gives the run's id.

        Raises:
            AssertionError: The run failed; has the tasks' logs.
        """
        run = self.start_run(dag)
        state = self.finish(dag, run)
        assert state == "success", self.logs()
        return run

    def result(self, dag: str, run: str, task: str, key: str = "return_value") -> Any:
        """Return what a task handed on in XCom."""
        path = f"/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/xcomEntries/{key}"
        return self.request("GET", f"{path}?deserialize=false")["value"]

    def wait_for(self, get: Callable[[], T], patience: float) -> T:
        """Call until something true comes back.

        Raises:
            AssertionError: It took longer than `patience` seconds, or a process has ended.
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if result := get():
                return result
            ended = [
                name for name, component in self._components.items() if not component.is_running
            ]
            assert not ended, f"{ended} ended\n{self.logs()}"
            time.sleep(POLL)
        raise AssertionError(f"not within {patience} s\n{self.logs()}")

    def logs(self, size: int | None = 3_000) -> str:
        """Give the last characters of each log: of the processes and of the tasks; None for all."""
        files = [*self.home.folder.glob("*.log"), *self.home.folder.glob("logs/dag_id=*/**/*.log")]
        return "\n".join(
            f"== {file.relative_to(self.home.folder)}\n{_read(file)[-size if size else 0 :]}"
            for file in files
        )


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve_airflow(
    folder: Path,
    environment: Mapping[str, str],
    workers: tuple[str, ...],
) -> Generator[AirflowCluster]:
    """Make an Airflow in an empty folder and start it.

    Args:
        environment: Variables that every process has beside Airflow's own settings.
        workers: Names of the edge workers to start.
    """
    home = AirflowHome(folder)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    home.environment |= {
        **environment,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(16),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "airflow.providers.edge3.executors.EdgeExecutor",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__EDGE__API_ENABLED": "True",
        "AIRFLOW__EDGE__API_URL": f"{url}/edge_worker/v1/rpcapi",
        "AIRFLOW__EDGE__HEARTBEAT_INTERVAL": "3",
        "AIRFLOW__EDGE__JOB_POLL_INTERVAL": "2",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "3",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "AIRFLOW__TRIGGERER__DEFAULT_CAPACITY": "10",
    }
    cluster = AirflowCluster(home, port)
    with ExitStack() as stack:
        stack.callback(cluster.close)
        migrated = home.run("db", "migrate")
        assert migrated.returncode == 0, migrated.stderr
        cluster.start("api-server", "api-server", "--host", "127.0.0.1", "--port", str(port))
        # The log servers of these would listen on all interfaces.
        cluster.start("scheduler", "scheduler", "--skip-serve-logs")
        cluster.start("triggerer", "triggerer", "--skip-serve-logs")
        cluster.start("dag-processor", "dag-processor")
        cluster.sign_in()
        for worker in workers:
            cluster.start_worker(worker)
        yield cluster
