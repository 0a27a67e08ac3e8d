"""A service under test: started in a shell's sandbox, asked until it is healthy, stopped."""

from __future__ import annotations

import time
from pathlib import Path

from tools.errors import ToolError
from tools.shell import Process, Shell

_HEALTHY_SECONDS = 20.0
_ELSEWHERE = Path("/tmp")


class Service:
    """One service, which may be started several times on the same port."""

    def __init__(self, shell: Shell, command: str, root: Path) -> None:
        """Start nothing yet.

        Args:
            shell: where it runs.
            command: ``{root}`` and ``{port}`` are filled in; the port is also in the environment as ``PORT``.
            root: folder of the service.
        """
        self._shell = shell
        self.port = shell.free_port()
        self._command = command.format(root=root, port=self.port)
        self._process: Process | None = None

    @property
    def base(self) -> str:
        """Address inside the sandbox."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> str:
        """Start and wait until ``GET /health`` answers 200; returns why it does not, empty when it does."""
        try:
            self._process = self._shell.spawn(self._command, cwd=_ELSEWHERE, env={"PORT": str(self.port)})
        except ToolError as error:
            return str(error)
        end = time.monotonic() + _HEALTHY_SECONDS
        said = "no answer"
        while time.monotonic() < end:
            code = self._process.poll()
            if code is not None:
                return f"the service ended with {code}: {self._process.output(4000)[-1500:]}"
            try:
                reply = self._shell.request("GET", f"{self.base}/health", timeout=2.0)
            except ToolError:
                time.sleep(0.05)
                continue
            if reply.status == 200:
                return ""
            said = f"GET /health answers {reply.status}"
            time.sleep(0.05)
        self.stop()
        return f"not healthy within {_HEALTHY_SECONDS:.0f} s ({said})"

    def stop(self) -> None:
        """End it and all that it started."""
        if self._process is not None:
            self._process.stop()
            self._process = None
