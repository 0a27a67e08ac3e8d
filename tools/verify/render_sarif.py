"""A check result as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.constraints.baseline import Identity, identity_of
from tools.findings import Finding, Severity
from tools.verify.registry import RULES
from tools.verify.render_text import View
from tools.verify.result import CheckResult, NotChecked, Suppressed

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


def render_sarif(result: CheckResult, view: View) -> str:
    """One run: findings, and those that a comment or the baseline holds back as suppressed results."""
    told = [*result.findings, *(one.finding for one in result.suppressed)]
    ids = sorted({*result.rules, *(f.rule for f in told)})
    seen: Counter[Identity] = Counter()
    results = [_result(f, ids, seen) for f in result.findings]
    results += [_suppressed(one, ids, seen) for one in result.suppressed]
    base: dict[str, Any] = {"description": {"text": "The top folder of the repository."}}
    if view.root is not None:
        base["uri"] = f"file://{_uri(_absolute(view.root))}/"
    run = {
        "tool": {"driver": {**_driver(), "rules": [_rule(i, result, told) for i in ids]}},
        "automationDetails": {"id": "archwright/check/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": base},
        "invocations": [_invocation(result, view)],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"name": "archwright", "version": version("archwright")}
    except PackageNotFoundError:
        return {"name": "archwright"}


def _rule(rule_id: str, result: CheckResult, told: Iterable[Finding]) -> dict[str, Any]:
    rule = RULES.get(rule_id)
    worst = {f.severity for f in told if f.rule == rule_id}
    configured = next((c.params["severity"] for c in result.constraints.of("rule") if c.value == rule_id), None)
    if configured is not None and configured != "off":
        worst = {Severity(configured)}
    level = next((_LEVELS[s] for s in Severity if s in worst), "warning")
    described: dict[str, Any] = {
        "id": rule_id,
        "name": "".join(part.capitalize() for part in rule_id.split("-")),
        "defaultConfiguration": {"level": level, "enabled": configured != "off"},
    }
    if rule is not None:
        described["shortDescription"] = {"text": rule.summary}
        described["fullDescription"] = {"text": rule.summary}
        described["help"] = {"text": rule.explain, "markdown": rule.explain}
    return described


def _invocation(result: CheckResult, view: View) -> dict[str, Any]:
    unread = [_unread(one) for one in result.not_checked]
    notes = [{"level": "note", "message": {"text": note}} for note in result.notes]
    return {
        "executionSuccessful": True,
        "exitCode": result.exit_code(strict=view.strict),
        "toolExecutionNotifications": [*unread, *notes],
    }


def _unread(one: NotChecked) -> dict[str, Any]:
    return {
        "level": "warning",
        "message": {"text": f"{one.path}: {one.reason}"},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(one.path)}}],
    }


def _suppressed(one: Suppressed, ids: list[str], seen: Counter[Identity]) -> dict[str, Any]:
    kind = "inSource" if one.by == "ignore" else "external"
    reason = one.reason or ("It is in the baseline." if one.by == "baseline" else "")
    suppression = {"kind": kind, **({"justification": reason} if reason else {})}
    return {**_result(one.finding, ids, seen), "suppressions": [suppression]}


def _result(finding: Finding, ids: list[str], seen: Counter[Identity]) -> dict[str, Any]:
    identity = identity_of(finding)
    seen[identity] += 1
    # Lines move and findings stay the same; the number tells apart what reads the same within one file.
    words = "\0".join(identity).encode("utf-8", "surrogateescape")
    print_ = f"{hashlib.sha256(words).hexdigest()[:32]}:{seen[identity]}"
    shown: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": " ".join(p for p in (finding.message, finding.hint) if p)},
        # GitHub knows findings again by the first name, other readers by any.
        "partialFingerprints": {"primaryLocationLineHash": print_, "archwrightIdentity/v1": print_},
    }
    if finding.path:
        physical: dict[str, Any] = {"artifactLocation": _artifact(finding.path)}
        if finding.line:
            physical["region"] = {"startLine": finding.line}
        shown["locations"] = [{"physicalLocation": physical}]
    if len(finding.chain) > 2:
        steps = [{"location": _step(part)} for part in finding.chain]
        shown["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return shown


def _step(part: str) -> dict[str, Any]:
    return {"message": {"text": part}, "physicalLocation": {"artifactLocation": _artifact(part)}}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": _uri(path), "uriBaseId": "ROOT"}


def _absolute(root: Path) -> str:
    return root.resolve().as_posix().rstrip("/")


def _uri(path: str) -> str:
    """Percent-encoding without urllib, whose import costs more than the rest of this module."""
    encoded = path.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if chr(b) in _SAFE else f"%{b:02X}" for b in encoded)
