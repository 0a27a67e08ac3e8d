"""The tools as the model sees them: few, short schemas, and answers that cost few tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from agent.changes import FORM, parse_changes
from agent.desk import Desk
from agent.model import ToolCall
from tools.edit import EditOutcome, Op, apply_edits
from tools.errors import ToolError, ToolRefused
from tools.findings import Finding
from tools.look import look
from tools.policy import classify
from tools.shell import Profile

Schema = dict[str, Any]


def _schema(name: str, description: str, properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
    parameters = {"type": "object", "properties": dict(properties), "required": list(required)}
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}

SHELL = _schema(
    "shell",
    "Run bash in the workspace (pipes, heredocs, background servers). No network, except package installs.",
    {"command": _STRING, "timeout": {"type": "number", "description": "seconds"}},
    ["command"],
)
EDIT = _schema("edit", f"Write files and symbols, many in one call. {FORM}", {"changes": _STRING}, ["changes"])
LOOK = _schema(
    "look",
    "Read code: `paths` alone gives outlines (small files whole); with `symbol` (or lines: 10-40) its source; "
    "`find` searches.",
    {"paths": _STRINGS, "symbol": _STRING, "find": _STRING},
    [],
)
PLAN = _schema(
    "plan",
    "The plan, and the rules that the request states in words.",
    {
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"intent": _STRING, "layers": _STRINGS, "files": _STRINGS},
                "required": ["intent"],
            },
        },
        "constraints": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {
                        "type": "string",
                        "enum": ["architecture", "database", "orm", "framework", "other"],
                    },
                    "value": _STRING,
                    "quote": {"type": "string", "description": "the request's own words"},
                },
                "required": ["kind", "value", "quote"],
            },
        },
    },
    ["steps"],
)
GATE = _schema("gate", "Judge and commit the current step of a plan with several steps.", {}, [])
DONE = _schema(
    "done",
    "The work is finished: run all gates.",
    {
        "summary": {"type": "string", "description": "one or two sentences for the report"},
        "waivers": {
            "type": "array",
            "description": "inferred rules that do not fit here",
            "items": {
                "type": "object",
                "properties": {"rule": _STRING, "reason": _STRING},
                "required": ["rule", "reason"],
            },
        },
    },
    ["summary"],
)

GATES = frozenset({"gate", "done"})
"""Calls that are not executed here: the gate node answers them."""

NOT_LANDED = "not all landed"
"""How the answer to an edit call begins when an edit of it could not be done."""

_LISTED = 5
"""Written files up to which each has a line of its own in the answer."""

_OUTPUT_CAP = 10_000
"""Characters of one command's output that the model sees; head and tail are kept."""
_LONGEST = 1800.0
"""Seconds that one command may take, whatever the model asks for."""


def schemas(mode: str, *, steps: int) -> list[Schema]:
    """Return the schemas for a mode; ``gate`` is only there when the plan has several steps."""
    if mode == "plain":
        return [SHELL, DONE]
    middle = [GATE] if steps > 1 else []
    return [SHELL, EDIT, LOOK, PLAN, *middle, DONE]


class Toolbox:
    """Executes the model's calls; every answer is text, and errors are answers."""

    def __init__(
        self, desk: Desk, mode: str, on_plan: Callable[[dict[str, Any]], str], deadline: float | None = None
    ) -> None:
        """Bind the tools to the desk.

        Args:
            desk: what they work on.
            mode: which of them there are.
            on_plan: takes the arguments of a plan call and returns the answer.
            deadline: end of the run on the monotonic clock: no command may go on beyond it.
        """
        self._desk = desk
        self._deadline = deadline
        self.before_install: Callable[[], None] = lambda: None
        """Called before a package manager runs: what the manifests ask for is then there, from the cache."""
        self._tools: dict[str, Callable[[dict[str, Any]], str]] = {"shell": self._shell}
        if mode != "plain":
            self._tools |= {"edit": self._edit, "look": self._look, "plan": on_plan}

    def execute(self, call: ToolCall) -> str:
        """Run one call and return what the model is told.

        Raises:
            EnvironmentFault: the infrastructure failed; this is not the model's to mend.
        """
        if call.error:
            return f"error: {call.error}. Send the call again with valid JSON arguments."
        tool = self._tools.get(call.name)
        if tool is None:
            return f"error: there is no tool {call.name!r}. Tools: {', '.join([*self._tools, *sorted(GATES)])}."
        try:
            return tool(call.arguments)
        except ToolRefused as refused:
            self._desk.journal.append("refused", tool=call.name, reason=str(refused)[:300])
            return f"refused: {refused}"
        except ToolError as error:
            return f"error: {error}"
        except OSError as error:  # what the model named cannot be read or written
            return f"error: {error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return f"error: the arguments do not fit the tool's schema ({type(error).__name__}: {error})."

    def _shell(self, arguments: dict[str, Any]) -> str:
        command = _text(arguments, "command")
        timeout = self._seconds(arguments.get("timeout"))
        verdict = classify(command, self._desk.grants, contained=self._desk.shell.sandboxed)
        if verdict.kind == "refuse":
            raise ToolRefused(verdict.reason)
        profile = Profile.OFFLINE
        if verdict.kind == "install":
            profile = Profile.INSTALL
            self.before_install()
        result = self._desk.shell.run(command, timeout=timeout, profile=profile, cap=_OUTPUT_CAP)
        self._desk.journal.append(
            "command",
            command=command,
            exit=result.exit_code,
            seconds=result.seconds,
            output_sha256=result.output_sha256,
            profile=result.profile,
        )
        changed = self._desk.sync()
        head = "timed out" if result.timed_out else f"exit {result.exit_code}"
        parts = [head, result.output.rstrip("\n")]
        if result.timed_out:
            parts.append(f"(killed after {timeout:.0f} s; run servers in the background with `&`)")
        parts.append(self._new_findings(changed))
        return "\n".join(part for part in parts if part)

    def _seconds(self, wanted: object) -> float:
        try:
            seconds = float(str(wanted)) if wanted else self._desk.settings.command_timeout
        except ValueError:
            seconds = 0.0
        if not seconds > 0:  # NaN too
            raise ToolError(f"`timeout` must be a number of seconds, not {str(wanted)[:40]!r}")
        left = self._deadline - time.monotonic() if self._deadline is not None else _LONGEST
        return max(1.0, min(seconds, left, _LONGEST))

    def _edit(self, arguments: dict[str, Any]) -> str:
        edits = parse_changes(_text(arguments, "changes"))
        for edit in edits:
            self._desk.guard(edit.path)
        outcome = apply_edits(self._desk.root, edits, self._desk.judge)
        changed = self._desk.sync(outcome.changed)
        failed = "" if all(answer.ok for answer in outcome.answers) else f"{NOT_LANDED}: "
        return "\n".join(part for part in (failed + _told(outcome), self._new_findings(changed)) if part)

    def _look(self, arguments: dict[str, Any]) -> str:
        given = arguments.get("paths") or ()
        paths = [given] if isinstance(given, str) else [str(path) for path in given]
        known = paths or self._desk.files()
        symbol, find = (str(arguments.get(name) or "") for name in ("symbol", "find"))
        if not (paths or symbol or find):
            return "\n".join(known)
        return look(self._desk.root, known, symbol=symbol, find=find)

    def _new_findings(self, changed: Sequence[str]) -> str:
        if not changed:
            return ""
        findings = self._desk.fresh_findings()
        return "\n".join(_finding_line(finding) for finding in findings)


def _told(outcome: EditOutcome) -> str:
    """The answers; many whole files that just landed take one line together."""
    written = [answer for answer in outcome.answers if answer.ok and answer.op == Op.WRITE]
    if len(written) <= _LISTED:
        return outcome.text()
    others = [answer for answer in outcome.answers if answer not in written]
    return "\n".join([f"ok {len(written)} files written", replace(outcome, answers=others).text()]).rstrip()


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ToolError(f"`{name}` is missing or empty")
    return value


def _finding_line(finding: Finding) -> str:
    place = f"{PurePosixPath(finding.path)}:{finding.line}" if finding.line else finding.path
    hint = f" -> {finding.hint}" if finding.hint else ""
    return f"{finding.severity} {finding.rule} {place}: {finding.message}{hint}"
