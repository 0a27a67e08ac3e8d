"""Two processes that read many files: parsing holds the interpreter's lock, so threads would gain nothing."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType

from tools.facts.model import FileFacts
from tools.facts.packing import Reading, pack
from tools.facts.reading import Job, Read, read_here, read_portion
from tools.facts.source import language_of

_COUNT = 2
_CHUNK_BYTES = 250_000


def read_all(jobs: Sequence[Job]) -> Iterator[list[Read]]:
    """Read `jobs` in two spawned processes; the answers come in any order, the first, empty one when they start.

    A file that ends its process (a fault in the parser) is tried once more alone, then given as not checked.
    Where no process can be started, the files are read in this one.
    """
    crew = _Crew(_chunks(jobs))
    try:
        crew.start()
        yield []
        yield from crew.work()
        yield from (read_here(chunk) for chunk in crew.left())
    finally:
        crew.close()


def _chunks(jobs: Sequence[Job]) -> list[list[Job]]:
    """Portions of about equal size, the largest files first, so that none is left for the end."""
    chunks: list[list[Job]] = [[]]
    size = 0
    for job in sorted(jobs, key=lambda found: found.size):
        if size > _CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(job)
        size += job.size
    return chunks


class _Crew:
    def __init__(self, chunks: list[list[Job]]) -> None:
        self._chunks = chunks
        self._busy: dict[Connection, tuple[BaseProcess, list[Job]]] = {}
        self._useless = False
        # Spawn, not fork: the agent that calls this has threads of its own.
        self._context = get_context("spawn")

    def start(self) -> None:
        for _ in range(min(_COUNT, len(self._chunks))):
            self._start()

    def work(self) -> Iterator[list[Read]]:
        while self._busy:
            for ready in wait(list(self._busy)):
                if isinstance(ready, Connection):
                    yield self._receive(ready)

    def _start(self) -> None:
        if not self._chunks or self._useless:
            return
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        try:
            with _bare_main(), _without_interrupts():
                process.start()
        except OSError:
            self._useless = True
            ours.close()
        else:
            self._busy[ours] = (process, [])
        theirs.close()

    def left(self) -> Iterator[list[Job]]:
        """What no process has read when none could be started."""
        while self._chunks:
            yield self._chunks.pop()

    def _give(self, connection: Connection, process: BaseProcess) -> None:
        chunk = self._chunks.pop()
        self._busy[connection] = (process, chunk)
        with contextlib.suppress(OSError):
            connection.send([(job.key, str(job.path), job.size) for job in chunk])

    def _receive(self, connection: Connection) -> list[Read]:
        process, chunk = self._busy.pop(connection)
        try:
            answer: list[Read] = connection.recv()
        except (EOFError, OSError):
            connection.close()
            return self._bury(process, chunk)
        if self._chunks:
            self._give(connection, process)
        else:
            connection.close()
            process.join()
        return answer

    def _bury(self, process: BaseProcess, chunk: list[Job]) -> list[Read]:
        process.join()
        if not chunk:
            # It ended before it was given anything: so would the next one.
            self._useless = True
            return []
        lost: list[Read] = []
        if len(chunk) > 1:
            self._chunks.extend([job] for job in chunk)
        else:
            lost = [Read(job.key, _lost(job.path.name), False) for job in chunk]
        self._start()
        return lost

    def close(self) -> None:
        for connection, (process, _) in self._busy.items():
            connection.close()
            process.terminate()
            process.join()
        self._busy.clear()


def _lost(name: str) -> bytes:
    return pack(Reading(FileFacts(name, language_of(name) or "python", not_checked="the parser crashed")))


def _serve(connection: Connection) -> None:
    """Body of a worker process: portions in, packed facts out, until the other end closes."""
    # Facts and trees hold no cycles; collecting would cost a tenth of the time.
    gc.disable()
    with contextlib.suppress(EOFError, OSError):
        connection.send([])
        while True:
            connection.send(read_portion(connection.recv()))


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: this one ends them, and they have nothing to say about it.

    They inherit that it is ignored. Meanwhile it is blocked here, which keeps one that comes for afterwards. Only the
    main thread may do so, and the tracker must run already: starting it would unblock the signal.
    """
    known = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or known is None:
        yield
        return
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, known)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextlib.contextmanager
def _bare_main() -> Iterator[None]:
    """Start processes without a main module: spawn would run the caller's script a second time in each of them."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
