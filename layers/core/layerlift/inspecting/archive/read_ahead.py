"""Reading and hashing go on in a thread of their own while the main one inflates.

Both let go of Python's global lock, and so does inflating: on two cores the hash costs no time,
and bytes that come over a network are waited for only once.
"""

from collections.abc import Callable, Iterator
from queue import Queue
from threading import Thread

_DEPTH = 4
"""Chunks that may wait to be taken: what bounds the memory."""


def read_ahead(chunks: Iterator[bytes], observe: Callable[[bytes], None]) -> Iterator[bytes]:
    """Yield the chunks; ``observe`` has seen each before it is yielded.

    What reading raises is raised here, at the place it belongs to. The thread has ended when this
    iterator has: at its end, or when it is closed before.
    """
    reader = _Reader(chunks, observe)
    reader.start()
    try:
        while (item := reader.queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        reader.abandon()


class _Reader(Thread):
    def __init__(self, chunks: Iterator[bytes], observe: Callable[[bytes], None]) -> None:
        super().__init__(name="read-ahead", daemon=True)
        self.queue: Queue[bytes | Exception | None] = Queue(_DEPTH)
        self._chunks = chunks
        self._observe = observe
        self._is_abandoned = False

    def run(self) -> None:
        try:
            self._read()
        except Exception as problem:  # it is raised again where the chunk is waited for
            self.queue.put(problem)

    def _read(self) -> None:
        for chunk in self._chunks:
            self._observe(chunk)
            self.queue.put(chunk)
            if self._is_abandoned:
                return
        self.queue.put(None)

    def abandon(self) -> None:
        """Make room until the thread sees that nobody takes any more, and wait for its end."""
        self._is_abandoned = True
        while self.is_alive():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.join(0.01)
