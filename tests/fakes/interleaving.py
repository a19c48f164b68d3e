"""Runs jobs at the same time, switching between them before every port call as a plan says."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from tests.fakes.wire import Moment, Wire

_LONG = 10.0


class _Job:
    def __init__(self, work: Callable[[], Any]) -> None:
        self.go = threading.Semaphore(0)
        self.stopped = threading.Semaphore(0)
        self.done = False
        self.result: Any = None
        self.problem: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(work,), daemon=True)

    def _run(self, work: Callable[[], Any]) -> None:
        self.go.acquire()
        try:
            self.result = work()
        except BaseException as problem:
            self.problem = problem
        self.done = True
        self.stopped.release()

    def step(self) -> None:
        """Let it go on to its next port call, or to its end."""
        self.go.release()
        if not self.stopped.acquire(timeout=_LONG):
            raise AssertionError("a job did not come to its next port call")

    def pause(self) -> None:
        self.stopped.release()
        self.go.acquire()


def interleave(wire: Wire, plan: Sequence[int], *works: Callable[[], Any]) -> list[Any]:
    """Return the results of all jobs; ``plan`` says whose turn it is, the rest goes in order."""
    jobs = [_Job(work) for work in works]
    by_thread = {job.thread: job for job in jobs}

    def hook(moment: Moment) -> None:
        job = by_thread.get(threading.current_thread())
        if job is not None and moment.when == "before":
            job.pause()

    wire.hooks.append(hook)
    for job in jobs:
        job.thread.start()
    turns = iter(plan)
    while any(not job.done for job in jobs):
        turn = next(turns, None)
        waiting = [job for job in jobs if not job.done]
        job = waiting[0] if turn is None else jobs[turn % len(jobs)]
        if not job.done:
            job.step()
    wire.hooks.remove(hook)
    for job in jobs:
        if job.problem is not None:
            raise job.problem
    return [job.result for job in jobs]
