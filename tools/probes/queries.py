"""Database errors that were seen while the server started and the tests ran."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.findings import Finding, Severity
from tools.runners.model import Failure, Warned
from tools.symptoms import Symptom, headline, symptom_in, symptom_of
from tools.traces import Frame, Trace, read_traces, workspace_line, workspace_path

_ORIGIN = re.compile(r'^\s*File "([^"]+)", line (\d+), in (.+)$', re.MULTILINE)
_SERVER_ERROR = re.compile(
    r"^.*?\[\d+\] \S*?@(?P<database>\S*) (?:ERROR|FATAL): +(?P<error>.*)\n"
    r"(?:.*?(?:DETAIL|HINT|CONTEXT): .*\n)*(?:.*?STATEMENT: +(?P<statement>.*))?",
    re.MULTILINE,
)
_CERTAIN = frozenset({"unknown-column", "sql-syntax", "wrong-parameter-type", "wrong-parameter-count"})
"""What no code ever asks for on purpose; a missing table may be a question."""


def of_failures(failed: Iterable[Failure], root: Path, within: str) -> list[Finding]:
    """Data-layer errors behind failing tests: the exception itself, or one that the application logged."""
    found: dict[tuple[str, str, int], Finding] = {}
    for failure in failed:
        for trace in _traces_of(failure):
            symptom = symptom_of(trace)
            if symptom is not None and symptom.area == "data":
                finding = _finding(symptom, trace, (root, within), f" (in {failure.test})")
                found.setdefault((finding.rule, finding.path, finding.line), finding)
    return list(found.values())


def of_warnings(warned: Iterable[Warned], root: Path, changed: Sequence[str]) -> list[Finding]:
    """Coroutines that nobody awaited; an error where the change touched the file, else a warning."""
    found: dict[tuple[str, int], Finding] = {}
    for warning in warned:
        if "never awaited" not in warning.text:
            continue
        frames = tuple(Frame(path=m[1], line=int(m[2]), name=m[3]) for m in _ORIGIN.finditer(warning.text))
        frames = frames or (Frame(path=warning.path, line=warning.line),)
        path, line = workspace_line(Trace(type="", message="", frames=frames), root) or ("", 0)
        if not path:
            continue
        first = warning.text.splitlines()[0]
        finding = Finding(
            rule="missing-await",
            severity=Severity.ERROR if path in changed else Severity.WARNING,
            path=path,
            line=line,
            message=f"{first} (in {warning.test})" if warning.test else first,
            hint="await the call where it is made",
        )
        found.setdefault((path, line), finding)
    return list(found.values())


def of_output(text: str, root: Path, within: str, where: str) -> list[Finding]:
    """Data-layer errors with a stack in the output of a server."""
    found: dict[tuple[str, str, int], Finding] = {}
    for trace in read_traces(text):
        symptom = symptom_of(trace)
        if symptom is not None and symptom.area == "data":
            finding = _finding(symptom, trace, (root, within), f" ({where})")
            found.setdefault((finding.rule, finding.path, finding.line), finding)
    return list(found.values())


def of_server_log(log: str, known: Sequence[Finding]) -> list[Finding]:
    """Statements that the scratch Postgres refused and that no other finding tells of."""
    found: dict[str, Finding] = {}
    told = "\n".join(finding.message for finding in known)
    for match in _SERVER_ERROR.finditer(log):
        error = re.sub(r" at character \d+$", "", match["error"].strip())
        symptom = symptom_in(error)
        if symptom is None or symptom.rule in ("constraint-violated", "database-error") or error in told:
            continue
        statement = " ".join((match["statement"] or "").split())
        found.setdefault(
            error,
            Finding(
                rule=symptom.rule,
                severity=Severity.ERROR if symptom.rule in _CERTAIN else Severity.WARNING,
                path="",
                line=0,
                message=f"the database refused a statement: {error}: {statement[:200]}".rstrip(": "),
                hint=symptom.hint,
            ),
        )
    return list(found.values())


def _traces_of(failure: Failure) -> list[Trace]:
    own = [failure.trace] if failure.trace is not None else read_traces(failure.text)
    return [*own, *read_traces(failure.logged)]


def _finding(symptom: Symptom, trace: Trace, where: tuple[Path, str], suffix: str) -> Finding:
    root, within = where
    path, line = _beside_tests(trace, root, within) or workspace_line(trace, root, within) or ("", 0)
    return Finding(
        rule=symptom.rule,
        severity=Severity.ERROR,
        path=path,
        line=line,
        message=f"{headline(trace)}{suffix}",
        hint=symptom.hint,
    )


def _beside_tests(trace: Trace, root: Path, within: str) -> tuple[str, int] | None:
    """The innermost line of the application itself: a fixture's session often stands deeper in the stack."""
    from tools.testcases import is_test_support

    for frame in reversed(trace.frames):
        path = workspace_path(frame.path, root, within)
        if path is not None and not is_test_support(path):
            return path, frame.line
    return None
