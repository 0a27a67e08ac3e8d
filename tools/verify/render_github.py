"""A check result for GitHub Actions: annotations within GitHub's limits, and a summary of the step in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.findings import Finding, Severity
from tools.verify.render_frames import printable
from tools.verify.render_text import View
from tools.verify.result import CheckResult, by_rule, plural

SHOWN = 10
"""GitHub shows so many errors, warnings and notices of one step each, and drops the rest without a word."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_ROWS = 50
_MAX_SUMMARY = 900_000
"""GitHub refuses summaries from 1 MiB on."""


def render_github(result: CheckResult, view: View) -> str:
    """Workflow commands that GitHub shows as annotations, all other findings as plain lines, and the verdict."""
    annotated = [f for severity in Severity for f in _of(result, severity)[:SHOWN]]
    others = [f for severity in Severity for f in _of(result, severity)[SHOWN:]]
    lines = [_annotation(finding, view.prefix) for finding in annotated]
    if others:
        lines.append(f"::group::{plural(len(others), 'more finding')}, beyond what GitHub shows as annotations")
        lines += [_plain(f"{_place(f)}  {f.severity.value}  {f.rule}  {f.message}") for f in others]
        lines.append("::endgroup::")
    lines += [_plain(f"not checked: {one.path}: {one.reason}") for one in result.not_checked]
    lines += [_plain(f"note: {note}") for note in result.notes]
    return "\n".join([*lines, _plain(result.verdict)]) + "\n"


def _of(result: CheckResult, severity: Severity) -> list[Finding]:
    return [f for f in result.findings if f.severity is severity]


def _place(finding: Finding) -> str:
    if not finding.path:
        return "(the whole repository)"
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def _plain(text: str) -> str:
    """One line that the runner of GitHub does not take for a command: neither ``::`` at its start nor ``##[``."""
    shown = printable(text).replace("##[", "# #[")
    return f"'{shown}" if shown.lstrip().startswith("::") else shown


def _annotation(finding: Finding, prefix: str) -> str:
    properties = {"title": finding.rule}
    if finding.path:
        properties = {"file": prefix + finding.path, "line": str(finding.line or 1), "title": finding.rule}
    shown = ",".join(f"{k}={_escaped(v, property_value=True)}" for k, v in properties.items())
    message = " ".join(p for p in (finding.message, finding.hint) if p)
    return f"::{_COMMANDS[finding.severity]} {shown}::{_escaped(message)}"


def _escaped(text: str, *, property_value: bool = False) -> str:
    plain = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace("##[", "# #[")
    plain = "%0A".join(printable(line) for line in plain.split("%0A"))
    return plain.replace(":", "%3A").replace(",", "%2C") if property_value else plain


def markdown(result: CheckResult) -> str:
    """The summary of a step: verdict, counts by rule, the first findings with place and hint."""
    text = "\n".join(_summary(result)) + "\n"
    if len(text.encode("utf-8", "replace")) > _MAX_SUMMARY:
        return f"### archwright check\n\n{_cell(result.verdict)}\n"
    return text


def _summary(result: CheckResult) -> Iterator[str]:
    yield "### archwright check\n"
    yield _cell(result.verdict)
    if result.findings:
        yield from _tables(result)
    for note in result.notes:
        yield f"\n{_cell(note)}"
    if result.not_checked:
        yield f"\n{plural(len(result.not_checked), 'file')} not checked; the log names them."


def _tables(result: CheckResult) -> Iterator[str]:
    yield "\n| rule | severity | findings | files |\n|---|---|---:|---:|"
    for one in by_rule(result.findings):
        yield f"| {_cell(one.rule)} | {one.severity.value} | {one.findings} | {one.files} |"
    shown: Sequence[Finding] = [f for severity in Severity for f in _of(result, severity)][:_ROWS]
    yield "\n| place | rule | what |\n|---|---|---|"
    for finding in shown:
        what = " ".join(p for p in (finding.message, finding.hint) if p)
        yield f"| {_cell(_place(finding))} | {_cell(finding.rule)} | {_cell(what)} |"
    if len(result.findings) > len(shown):
        yield f"\n{len(result.findings) - len(shown)} more in the log of the step."


def _cell(text: str) -> str:
    """Text in Markdown that means nothing but itself."""
    shown = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|#!~@" else c for c in shown)
