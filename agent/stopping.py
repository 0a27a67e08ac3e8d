"""Ctrl-C and its like: the first one stops the run, and what must end well is not disturbed by the next."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class StopSignals:
    """A context manager in which a signal raises KeyboardInterrupt once; it begins with signals held back."""

    def __init__(self) -> None:
        self._held = True
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a background job: as it was told
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        """From here on signals are only remembered."""
        self._held = True

    def release(self) -> None:
        """Raise KeyboardInterrupt at the next signal, or now when one was held back."""
        self._held = self._asked
        if self._asked:
            raise KeyboardInterrupt

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        if not self._held:
            self._held = True
            raise KeyboardInterrupt
