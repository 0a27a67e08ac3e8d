"""A check result as one JSON document; check.schema.json beside this file describes it."""

from __future__ import annotations

import json
from typing import Any

from tools.findings import Finding, Severity
from tools.verify.render_text import View
from tools.verify.result import CheckResult, by_rule

SCHEMA_VERSION = 1
"""Of the JSON document; grows when a field changes its meaning or goes."""


def render_json(result: CheckResult, view: View) -> str:
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
            "ignored": len(result.suppressed) - result.in_baseline,
            "baseline": result.in_baseline,
            "since": result.since or None,
            "older": result.older,
            "exit_code": result.exit_code(strict=view.strict),
            "seconds": round(result.seconds, 3),
            "by_rule": {
                one.rule: {"severity": one.severity.value, "findings": one.findings, "files": one.files}
                for one in by_rule(result.findings)
            },
        },
        "findings": [as_dict(f) for f in result.findings],
        "not_checked": [{"path": n.path, "reason": n.reason} for n in result.not_checked],
        "rules": list(result.rules),
        "constraints": result.constraints.as_dict(),
        "notes": list(result.notes),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    # A path that is no UTF-8 holds surrogates, which no stream takes; JSON can spell them as escapes.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


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
