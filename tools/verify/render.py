"""Shows a check result: as text, as JSON, as annotations of GitHub, as SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tools.errors import ToolError
from tools.findings import Finding, Severity
from tools.verify.registry import RULES
from tools.verify.result import CheckResult

SCHEMA_VERSION = 1
"""Of the JSON document; grows when a field changes its meaning or goes."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}


def render(result: CheckResult, form: str = "text", *, color: bool = False) -> str:
    """The result in one of `FORMATS`; raises ToolError with the choices.

    `color` puts terminal colours into the text form and is ignored by the others.
    """
    if form not in FORMATS:
        raise ToolError(f"There is no format {form!r}. Choose from: {', '.join(FORMATS)}.")
    return render_text(result, color=color) if form == "text" else FORMATS[form](result)


def render_text(result: CheckResult, *, color: bool = False) -> str:
    """Findings grouped by file, each with its hint; a verdict always."""
    lines: list[str] = []
    width = max((len(f.rule) for f in result.findings), default=0)
    path: str | None = None
    for finding in result.findings:
        if finding.path != path:
            path = finding.path
            heading = _painted(path or "(the whole repository)", "1", color)
            lines += ["", heading] if lines else [heading]
        place = str(finding.line) if finding.line else "-"
        weight = _painted(f"{finding.severity.value:<7}", _COLORS[finding.severity], color)
        lines.append(f"  {place:>4}  {weight}  {finding.rule:<{width}}  {finding.message}")
        if finding.hint:
            lines.append(f"        hint: {finding.hint}")
        if len(finding.chain) > 2:
            lines.append(f"        chain: {' > '.join(finding.chain)}")
    if lines:
        lines.append("")
    lines += [f"not checked: {n.path}: {n.reason}" for n in result.not_checked]
    lines += [f"note: {note}" for note in result.notes]
    lines.append(f"{result.verdict} ({result.seconds:.2f} s)")
    return "\n".join(lines) + "\n"


def _painted(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def render_json(result: CheckResult) -> str:
    """One versioned document."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "verdict": result.verdict,
        "summary": {
            "rules": len(result.rules),
            "files": result.files,
            "errors": result.count(Severity.ERROR),
            "warnings": result.count(Severity.WARNING),
            "notes": result.count(Severity.INFO),
            "not_checked": len(result.not_checked),
            "seconds": round(result.seconds, 3),
        },
        "findings": [as_dict(f) for f in result.findings],
        "not_checked": [{"path": n.path, "reason": n.reason} for n in result.not_checked],
        "rules": list(result.rules),
        "constraints": result.constraints.as_dict(),
        "notes": list(result.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_dict(finding: Finding) -> dict[str, Any]:
    """A finding as it stands in JSON documents."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "hint": finding.hint,
        "chain": list(finding.chain),
    }


def render_github(result: CheckResult) -> str:
    """Workflow commands that GitHub shows as annotations, and the verdict."""
    lines = [_annotation(finding) for finding in result.findings]
    return "\n".join([*lines, result.verdict]) + "\n"


def _annotation(finding: Finding) -> str:
    command = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[finding.severity]
    properties = {"file": finding.path, "line": str(finding.line or 1), "title": finding.rule}
    if not finding.path:
        properties = {"title": finding.rule}
    shown = ",".join(f"{k}={_escaped(v, property_value=True)}" for k, v in properties.items())
    return f"::{command} {shown}::{_escaped(' '.join(p for p in (finding.message, finding.hint) if p))}"


def _escaped(text: str, *, property_value: bool = False) -> str:
    plain = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return plain.replace(":", "%3A").replace(",", "%2C") if property_value else plain


def render_sarif(result: CheckResult) -> str:
    """SARIF 2.1.0."""
    ids = sorted({*result.rules, *(f.rule for f in result.findings)})
    driver = {
        "name": "archwright",
        "rules": [{"id": i, "shortDescription": {"text": RULES[i].summary if i in RULES else i}} for i in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The repository."}}},
        "results": [_sarif_result(f, ids) for f in result.findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _sarif_result(finding: Finding, ids: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": " ".join(p for p in (finding.message, finding.hint) if p)},
        "partialFingerprints": {"identity/v1": "|".join(finding.identity)},
    }
    if finding.path:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.path), "uriBaseId": "ROOT"}}
        if finding.line:
            physical["region"] = {"startLine": finding.line}
        shown["locations"] = [{"physicalLocation": physical}]
    return shown


def _uri(path: str) -> str:
    """Percent-encoding without urllib, whose import costs more than the rest of this module."""
    safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"
    return "".join(c if c in safe else "".join(f"%{b:02X}" for b in c.encode()) for c in path)


FORMATS: Mapping[str, Callable[[CheckResult], str]] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
}
