"""Does the server start, answer and stop? Run in the sandbox, on a free port and a scratch database."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import ToolError
from tools.findings import Finding, Severity
from tools.probes.context import GateLimits
from tools.runtime import Runtime
from tools.shell import ExecResult
from tools.symptoms import headline, symptom_of
from tools.targets.model import fill
from tools.traces import Trace, decisive_lines, read_traces, workspace_line

if TYPE_CHECKING:
    from tools.shell import Process

_POLL = 0.05
_TAKEN = re.compile(r"EADDRINUSE|[Aa]ddress already in use|Errno 98|port is already (?:allocated|in use)")
_REFUSED = re.compile(
    r"refused|ECONNREFUSED|Connect call failed|Name or service not known|ENOTFOUND|EAI_AGAIN|[Tt]imeout"
)
_SERVICE = re.compile(r"redis|6379|amqp|rabbit|5672|kafka|9092|mongo|27017|elastic|9200|memcache|11211|nats|4222", re.I)
_LISTENING = re.compile(r"^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A ", re.MULTILINE)
_SERVER_ERROR = 500
_TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """How a start went."""

    findings: tuple[Finding, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    output: str = ""
    """What the server printed, from start to stop."""
    reason: str = ""
    """One line: what answered, or why nothing was started."""
    healthy: bool = False


@dataclass(slots=True)
class _Attempt:
    """One start of the server, still running or ended."""

    process: Process
    command: str
    port: int
    began: float = field(default_factory=time.monotonic)
    answer: int | None = None
    """Status of the last answer."""
    elsewhere: int | None = None
    """Port on which it listens instead of the one that was asked for."""
    ended: bool = False


def boot(runtime: Runtime, env_for: Callable[[int], dict[str, str]], limits: GateLimits) -> Boot:
    """Start the target's server, wait for an answer, stop it.

    Args:
        runtime: The target; its start command may hold ``{port}``.
        env_for: Gives the filled variables for a port.
        limits: Seconds for the start and for the stop.

    Returns:
        Healthy when its health path (or ``/``) answered; else findings with the decisive lines.
    """
    target = runtime.target
    if not target.start:
        return Boot(reason="the repository does not say how the application is started")
    attempt, text = _start(runtime, env_for, limits)
    for _ in range(_TRIES - 1):
        if attempt.ended and _TAKEN.search(text) and target.port is None:
            attempt, text = _start(runtime, env_for, limits)
    how = attempt.process.stop(limits.stop)
    code = attempt.process.poll()
    text = attempt.process.output(cap=200_000)
    evidence = _evidence(runtime, attempt, text, code)
    findings = _findings(runtime, attempt, text, (how, code))
    healthy = attempt.answer is not None and attempt.answer < _SERVER_ERROR
    return Boot(
        findings=tuple(findings),
        evidence=(evidence,),
        output=text,
        reason=f"answers {attempt.answer} on port {attempt.port}, {how}" if healthy else how,
        healthy=healthy,
    )


def _start(runtime: Runtime, env_for: Callable[[int], dict[str, str]], limits: GateLimits) -> tuple[_Attempt, str]:
    target = runtime.target
    port = target.port or runtime.shell.free_port()
    before = _listening(runtime)
    command = fill(target.start or "", {"port": str(port)})
    ready = runtime.with_env(env_for(port))
    attempt = _Attempt(process=ready.spawn(command, env={"PORT": str(port)}), command=command, port=port)
    path = target.health or "/"
    while time.monotonic() - attempt.began < limits.boot:
        ended = attempt.process.poll() is not None
        _ask(runtime, attempt, path)
        if attempt.answer is not None and attempt.answer < _SERVER_ERROR:
            break
        if ended:
            attempt.ended = True
            break
        if time.monotonic() - attempt.began > limits.boot / 4:
            if attempt.answer is not None:
                break  # what still answers 5xx after this while is not warming up
            _look_elsewhere(runtime, attempt, before)
        time.sleep(_POLL)
    return attempt, attempt.process.output(cap=200_000)


def _ask(runtime: Runtime, attempt: _Attempt, path: str) -> None:
    for host in ("127.0.0.1", "[::1]"):
        try:
            url = f"http://{host}:{attempt.port}{path}"
            attempt.answer = runtime.shell.request("GET", url, timeout=5.0).status
        except ToolError:
            continue
        return


def _listening(runtime: Runtime) -> frozenset[int]:
    """Ports that something listens on, as the sandbox sees them."""
    tables = runtime.run("cat /proc/net/tcp /proc/net/tcp6 2>/dev/null", timeout=10.0, cap=400_000).output
    return frozenset(int(port, 16) for _, port in _LISTENING.findall(tables))


def _look_elsewhere(runtime: Runtime, attempt: _Attempt, before: frozenset[int]) -> None:
    """It runs and says nothing where it should: perhaps its port is written into the code."""
    fresh = sorted(_listening(runtime) - before - {attempt.port})
    target = runtime.target
    asked = "{port}" in (target.start or "") or any("{port}" in text for text in target.env.values())
    if fresh and asked:
        attempt.elsewhere = fresh[0]
    elif fresh:
        attempt.port = fresh[0]


def _evidence(runtime: Runtime, attempt: _Attempt, text: str, code: int | None) -> ExecResult:
    sandboxed = runtime.shell.sandboxed
    return ExecResult(
        command=attempt.command,
        exit_code=code,
        output=text[-30_000:],
        output_sha256=hashlib.sha256(text.encode()).hexdigest(),
        seconds=time.monotonic() - attempt.began,
        timed_out=False,
        profile="serve" if sandboxed else "unsandboxed",
        sandboxed=sandboxed,
    )


# What it means


def _findings(runtime: Runtime, attempt: _Attempt, text: str, end: tuple[str, int | None]) -> list[Finding]:
    how, code = end
    if attempt.answer is not None and attempt.answer < _SERVER_ERROR:
        return [_stubborn(how)] if "ignored SIGTERM" in how else []
    where = f"http://127.0.0.1:{attempt.port}{runtime.target.health or '/'}"
    if attempt.answer is not None:
        what = f"the server answers {attempt.answer} on {where}"
        return failures("boot-unhealthy", what, text, runtime.root, runtime.target.root)
    if attempt.ended and _TAKEN.search(text):
        hint = "start exactly one listener, on the port that the variable PORT or the command gives"
        return [_finding("boot-port-taken", f"the server binds a port that is taken: {_last(text)}", hint=hint)]
    if attempt.ended:
        what = f"the server ended at once with exit code {code}"
        return failures("boot-fails", what, text, runtime.root, runtime.target.root)
    if attempt.elsewhere is not None:
        hint = f"listen on the port that is given ({attempt.port} here), not on a fixed one"
        return [
            _finding(
                "boot-wrong-port",
                f"the server listens on port {attempt.elsewhere}, not on {attempt.port}",
                hint=hint,
            )
        ]
    seconds = round(time.monotonic() - attempt.began)
    what = f"nothing answered on {where} within {seconds} s"
    return failures("boot-unhealthy", what, text, runtime.root, runtime.target.root)


def failures(rule: str, what: str, text: str, root: Path, within: str) -> list[Finding]:
    """Findings for an output that went wrong: one per distinct exception, else its decisive lines."""
    found: dict[tuple[str, str, int], Finding] = {}
    for trace in reversed(read_traces(text)):
        finding = of_trace(rule, what, trace, root, within)
        found.setdefault((finding.message, finding.path, finding.line), finding)
    if found:
        return list(found.values())[:3]
    lines = decisive_lines(text)
    return [_finding(rule, f"{what}: {lines}" if lines else f"{what} and printed nothing")]


def of_trace(rule: str, what: str, trace: Trace, root: Path, within: str = ".") -> Finding:
    """A finding at the innermost workspace line of a trace."""
    path, line = workspace_line(trace, root, within) or ("", 0)
    symptom = symptom_of(trace)
    return _finding(rule, f"{what}: {headline(trace)}", path, line, symptom.hint if symptom else "")


def missing_service(text: str) -> str:
    """The line that says that a broker, cache or search server is not here; a database is no such excuse."""
    for line in text.splitlines():
        if _REFUSED.search(line) and _SERVICE.search(line):
            return line.strip()[:200]
    return ""


def _stubborn(how: str) -> Finding:
    return Finding(
        rule="ignores-sigterm",
        severity=Severity.WARNING,
        path="",
        line=0,
        message=f"the server {how}",
        hint="end on SIGTERM: close connections and let the process exit",
    )


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if _TAKEN.search(line)]
    return lines[-1].strip()[:200] if lines else ""


def _finding(rule: str, message: str, path: str = "", line: int = 0, hint: str = "") -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, path=path, line=line, message=message, hint=hint)
