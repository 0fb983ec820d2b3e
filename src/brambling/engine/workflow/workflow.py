"""Durable workflows: DBOS behind one door.

What DBOS gives: a workflow's inputs and the result of each of its steps are rows; after a kill the workflow runs again
from the start and finished steps return their recorded results. What it leaves to us, and what is done about it here:

- A step runs at least once: a kill after its commit and before its record repeats it. ``step`` runs its work in one
  transaction of ours; whatever must happen once has the key of the act as its primary key in that transaction.
- Start-up recovers only workflows of the same executor id. Every process has an id of its own and a heartbeat; the
  sweep takes over what belongs to ids that are silent. A process that was only slow loses its workflow to another one:
  DBOS refuses its further records, and the keys keep its money from moving twice.
- Start-up also recovers only workflows of the same application version. The version is constant; the version of a
  workflow is part of its name (``payout/1``): change its steps and it gets a new name, the old one stays registered
  until none is left.
- Queues poll once a second: ``run`` and ``start`` begin at once, in this thread or one of the pool.
- DBOS is one per process: a second ``launch`` beside a living one is refused, one after ``close`` starts afresh.

Rows hold JSON, not pickle: only plain values travel between steps.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from brambling.engine.workflow import store
from brambling.engine.workflow.rules import Task
from brambling.kit import errors
from brambling.kit.db import Database, WriteSession
from brambling.kit.errors import BramblingError, Conflict, Failure, NotFound
from brambling.kit.ids import key_of

if TYPE_CHECKING:
    from dbos import WorkflowHandle

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)
APPLICATION = "brambling"
APPLICATION_VERSION = "1"
QUEUE = "brambling"
_one_at_a_time = threading.Lock()


def executor_id() -> str:
    """An id that no other process has or will have."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def _no_point(name: str) -> None:
    """Where the crash story kills the process; everywhere else nothing happens."""


@dataclass(frozen=True)
class Handle:
    """A workflow that was started."""

    id: UUID
    _handle: WorkflowHandle[Any]

    def result(self) -> Any:
        """Wait for the end and return what the workflow returned, or raise what it raised."""
        return self._handle.get_result()

    def status(self) -> str:
        """``ENQUEUED``, ``DELAYED``, ``PENDING``, ``SUCCESS``, ``ERROR`` or another word of DBOS."""
        return str(self._handle.get_status().status)


class Workflows:
    """The durable workflows of one process.

    Register bodies, then ``launch``; the object is usable from any thread. ``dead_after_seconds`` is how long an
    executor must be silent before others take over its work. ``at_point`` is called with a name at the start and end of
    every workflow and around every step's commit; it exists so that a test can die there.
    """

    def __init__(
        self,
        db: Database,
        executor_id: str,
        *,
        heartbeat_seconds: float = 5.0,
        dead_after_seconds: float = 20.0,
        at_point: Callable[[str], None] = _no_point,
    ) -> None:
        self.db = db
        self.executor_id = executor_id
        self.at_point = at_point
        self._heartbeat_seconds = heartbeat_seconds
        self._dead_after_seconds = dead_after_seconds
        self._bodies: dict[str, Callable[..., Any]] = {}
        self._wrapped: dict[str, Callable[..., Any]] = {}
        self._sweeps: list[Callable[[Workflows], int]] = []
        self._stop = threading.Event()
        self._pulse: threading.Thread | None = None
        self._running = 0
        self._idle = threading.Condition()

    # -- before launch ------------------------------------------------------------------------------------------------

    def register(
        self, name: str
    ) -> Callable[[Callable[Concatenate[Workflows, P], R]], Callable[Concatenate[Workflows, P], R]]:
        """Register a body under ``name/version``: ``body(workflows, *arguments)`` with plain (JSON) arguments.

        The body must do everything that touches the world in steps, and branch only on its arguments and their results.
        """
        if self._pulse is not None:
            raise Conflict(f"workflow {name!r} is registered after the launch")

        def keep(body: Callable[Concatenate[Workflows, P], R]) -> Callable[Concatenate[Workflows, P], R]:
            self._bodies[name] = body
            return body

        return keep

    def on_sweep(self, sweep: Callable[[Workflows], int]) -> None:
        """Call ``sweep`` at every sweep: what a room finds begun and without a workflow, it starts. Returns how many."""
        self._sweeps.append(sweep)

    # -- life ---------------------------------------------------------------------------------------------------------

    def launch(self) -> Workflows:
        """Start DBOS on this database, the heartbeat and the sweep. Raises Conflict when another is running here."""
        if not _one_at_a_time.acquire(blocking=False):
            raise Conflict("another Workflows is running in this process; close it first")
        try:
            self._start_dbos()
        except BaseException:
            _one_at_a_time.release()
            raise
        self._stop.clear()
        self._pulse = threading.Thread(target=self._beat_and_sweep, name="brambling-sweep", daemon=True)
        self._pulse.start()
        return self

    def _start_dbos(self) -> None:
        _quiet()
        from dbos import DBOS, DBOSConfig

        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self.db.url,
            "dbos_system_schema": "dbos",
            "sys_db_pool_size": 10,
            "executor_id": self.executor_id,
            "application_version": APPLICATION_VERSION,
            "enable_otlp": False,
            "log_level": "WARNING",
            "max_executor_threads": 64,
            "serializer": _json_serializer(),
        }
        DBOS(config=config)
        self._wrapped = {name: DBOS.workflow(name=name)(self._guarded(name)) for name in self._bodies}
        try:
            with self.db.write() as session:
                store.beat(session, self.executor_id)
            DBOS.launch()
            DBOS.register_queue(QUEUE)
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            raise

    def _guarded(self, name: str) -> Callable[..., Any]:
        body = self._bodies[name]

        @wraps(body)
        def run(*arguments: Any) -> Any:
            with self._idle:
                self._running += 1
            try:
                self.at_point(f"{name}:start")
                result = body(self, *arguments)
                self.at_point(f"{name}:end")
                return result
            finally:
                with self._idle:
                    self._running -= 1
                    self._idle.notify_all()

        return run

    def close(self, wait_seconds: float = 5.0) -> None:
        """Stop: wait for running workflows, then leave what is unfinished to others."""
        if self._pulse is None:
            return
        from dbos import DBOS

        self._stop.set()
        with self._idle:
            self._idle.wait_for(lambda: self._running == 0, timeout=wait_seconds)
        self._pulse.join(timeout=wait_seconds)
        self._pulse = None
        DBOS.destroy(destroy_registry=True)
        with self.db.write() as session:
            store.end(session, self.executor_id)
        _one_at_a_time.release()

    def __enter__(self) -> Workflows:
        return self.launch()

    def __exit__(self, *error: object) -> None:
        self.close()

    # -- starting work ------------------------------------------------------------------------------------------------

    def run(self, name: str, *arguments: Any, key: UUID) -> Any:
        """Run a workflow to its end in this thread. The same key is the same workflow: once more returns its result."""
        from dbos import SetWorkflowID

        with SetWorkflowID(str(key)):
            return self._body(name)(*arguments)

    def start(self, name: str, *arguments: Any, key: UUID, after_seconds: float | None = None) -> Handle:
        """Start a workflow on another thread, at once; with ``after_seconds`` no earlier than then, on any process.

        A delayed workflow is a row, not a sleeping thread: a timer may run for months.
        """
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        with SetWorkflowID(str(key)):
            if after_seconds is None:
                return Handle(key, DBOS.start_workflow(self._body(name), *arguments))
            with SetEnqueueOptions(delay_seconds=after_seconds):
                return Handle(key, DBOS.enqueue_workflow(QUEUE, self._body(name), *arguments))

    def queue(self, name: str, *, concurrency: int) -> None:
        """Declare a queue of which each process runs at most ``concurrency`` workflows at once. After the launch."""
        from dbos import DBOS

        DBOS.register_queue(name, worker_concurrency=concurrency)

    def enqueue(self, queue: str, name: str, *arguments: Any, key: UUID) -> Handle:
        """Put a workflow into a queue; any process with that workflow takes it, within about a second."""
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(str(key)):
            return Handle(key, DBOS.enqueue_workflow(queue, self._body(name), *arguments))

    def _body(self, name: str) -> Callable[..., Any]:
        if name not in self._wrapped or self._pulse is None:
            raise NotFound(f"there is no workflow {name!r} running here")
        return self._wrapped[name]

    # -- inside a workflow --------------------------------------------------------------------------------------------

    def step(self, name: str, work: Callable[[WriteSession], R]) -> R:
        """Run ``work`` in one transaction as a durable step, at least once; its plain result is kept.

        Deadlocks, serialisation failures and a database that is away are tried again until it answers; what the work
        itself raises ends the step, and is raised again when the workflow is replayed.
        """
        from dbos import DBOS

        return DBOS.run_step({"name": name}, lambda: self.transaction(name, work))

    def transaction(self, name: str, work: Callable[[WriteSession], R]) -> R:
        """Like ``step`` but without a record: it runs again whenever the workflow does.

        For work that finds by itself what is done already, at the end of a workflow: the record would come right before
        the workflow's own and cost as much as the work.
        """
        self.at_point(f"{name}:begin")
        result = self._transaction(name, work)
        self.at_point(f"{name}:committed")
        return result

    def sleep(self, seconds: float) -> None:
        """Sleep inside a workflow; after a restart only the rest. Holds a thread: for long, ``start(after_seconds=)``."""
        from dbos import DBOS

        DBOS.sleep(seconds)

    def _transaction(self, name: str, work: Callable[[WriteSession], R]) -> R:
        wait = 0.02
        while True:
            try:
                with self.db.write() as session:
                    result = work(session)
                    self.at_point(f"{name}:uncommitted")
                return result
            except DBAPIError as error:
                if not _passing(error) or self._stop.is_set():
                    raise
                log.warning("step %s tries again: %s", name, type(error.orig).__name__)
            time.sleep(wait)
            wait = min(wait * 2, 5.0)

    # -- the sweep ----------------------------------------------------------------------------------------------------

    def _beat_and_sweep(self) -> None:
        while True:
            try:
                with self.db.write() as session:
                    store.beat(session, self.executor_id)
                self.sweep()
            except Exception as error:
                # the database may be away: say so and beat again; silence would only make others take over
                log.warning("the sweep failed: %s: %s", type(error).__name__, error)
            if self._stop.wait(self._heartbeat_seconds):
                return

    def sweep(self) -> int:
        """Take over the workflows of silent executors, go on after done tasks, and ask the rooms; return how many.

        Safe to run anywhere at any time: a workflow is handed over in one statement that only one caller wins, and
        starting one again by its key does nothing.
        """
        from dbos import DBOS

        with self.db.read() as session:
            dead = [one for one in store.silent(session, self._dead_after_seconds) if one != self.executor_id]
        taken = 0
        for one in dead:
            # DBOS has no public name for this; it is the recovery that its own start-up runs
            taken += len(DBOS._recover_pending_workflows([one]))
            with self.db.write() as session:
                store.bury(session, one)
        return taken + self.follow_up() + sum(sweep(self) for sweep in self._sweeps)

    def follow_up(self, limit: int = 100) -> int:
        """Start the next workflow of every task that is done and names one; return how many."""
        with self.db.read() as session:
            found: list[Task] = store.to_follow(session, limit)
        mine = [task for task in found if task.then in self._wrapped]
        for task in mine:
            assert task.then is not None
            self.start(task.then, str(task.id), key=key_of("follow", task.id))
            with self.db.write() as session:
                store.mark_followed(session, task.id)
        return len(mine)


def _passing(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    # 40001 serialisation failure, 40P01 deadlock, 08 connection, 57P server going down or not up yet
    return error.connection_invalidated or state is None or state in ("40001", "40P01") or state[:2] in ("08", "57")


def _quiet() -> None:
    """DBOS logs through the house's logging, from warnings up, instead of a console handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)


def _json_serializer() -> Any:
    from dbos import Serializer

    class Json(Serializer):
        """Values as JSON; an exception as its message and the names of its classes."""

        def serialize(self, data: Any) -> str:
            if isinstance(data, BaseException):
                names = [kind.__name__ for kind in type(data).__mro__]
                return json.dumps({"error": {"names": names, "message": str(data)}})
            return json.dumps({"value": data}, allow_nan=False, separators=(",", ":"))

        def deserialize(self, serialized_data: str) -> Any:
            data = json.loads(serialized_data)
            return _error(**data["error"]) if "error" in data else data["value"]

        def name(self) -> str:
            return "brambling_json"

    return Json()


def _error(names: list[str], message: str) -> Exception:
    """The error again, as the nearest class of the house's tree; one of other make comes back as a Failure."""
    for name in names:
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, BramblingError):
            found: Exception = kind.__new__(kind, message)
            found.args = (message,)
            return found
    return Failure(f"{names[0]}: {message}")
