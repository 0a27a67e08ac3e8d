"""A result as JSON, as JUnit XML, and as a table for people."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from typing import Any

from evals.behaviour.results import CheckResult, Status, SuiteResult, Totals, totals

SCHEMA_VERSION = 1
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def document(result: SuiteResult) -> dict[str, Any]:
    """As JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        "contract": result.contract,
        "version": result.version,
        "base_url": result.base_url,
        "ok": result.ok,
        "unreachable": result.unreachable,
        "seconds": round(result.seconds, 3),
        "totals": _totals(totals(result.results)),
        "checks": [_check(one) for one in result.results],
    }


def _totals(sums: Totals) -> dict[str, int]:
    counts = {status.value: sums.statuses[status] for status in Status}
    return counts | {"assertions": sums.assertions, "requests": sums.requests}


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "name": result.check.name,
        "claim": result.check.claim,
        "requirements": list(result.check.requirements),
        "status": result.status.value,
        "cause": result.cause,
        "exchange": result.exchange,
        "assertions": result.assertions,
        "requests": result.requests,
        "seconds": round(result.seconds, 3),
    }


def junit(result: SuiteResult) -> str:
    """As JUnit XML."""
    sums = totals(result.results)
    counts = {"failures": Status.FAILED, "errors": Status.ERROR, "skipped": Status.NOT_RUN}
    attributes: dict[str, str] = {name: str(sums.statuses[status]) for name, status in counts.items()}
    attributes |= {"tests": str(len(result.results)), "time": f"{result.seconds:.3f}"}
    suite = ET.Element("testsuite", {"name": f"{result.contract} {result.version}"} | attributes)
    tags = {Status.FAILED: "failure", Status.ERROR: "error", Status.NOT_RUN: "skipped"}
    for one in result.results:
        place = f"{result.contract}.{one.check.group}"
        case = ET.SubElement(suite, "testcase", name=one.check.name, classname=place, time=f"{one.seconds:.3f}")
        if one.status in tags:
            ET.SubElement(case, tags[one.status], message=_xml(one.cause)).text = _xml(one.exchange)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def text(result: SuiteResult) -> str:
    """As a table by requirement group, then what did not pass, then what was not run."""
    lines = [f"{result.contract} {result.version} against {result.base_url}: {result.seconds:.1f} s", ""]
    lines += _sums(result)
    for one in result.results:
        if one.status in (Status.FAILED, Status.ERROR):
            lines += ["", *_trouble(one)]
    skipped: dict[str, list[str]] = defaultdict(list)
    for one in result.results:
        if one.status is Status.NOT_RUN:
            skipped[one.cause].append(one.check.name)
    for cause, names in skipped.items():
        lines += ["", f"not run: {cause}", f"  {', '.join(names)}"]
    # What a server says must not reach the terminal as a command.
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), "\n".join(lines))


def _sums(result: SuiteResult) -> list[str]:
    groups: dict[str, list[CheckResult]] = defaultdict(list)
    for one in result.results:
        groups[one.check.group].append(one)
    head = ["group", *(status.value.replace("_", " ") for status in Status), "assertions", "requests", "seconds"]
    rows = [head, *(_row(group, totals(results)) for group, results in sorted(groups.items()))]
    rows.append(_row("all", totals(result.results)))
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    return [_aligned(row, widths) for row in rows]


def _row(name: str, sums: Totals) -> list[str]:
    counts = [str(sums.statuses[status]) for status in Status]
    return [name, *counts, str(sums.assertions), str(sums.requests), f"{sums.seconds:.1f}"]


def _aligned(row: list[str], widths: list[int]) -> str:
    cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
    return "  ".join([row[0].ljust(widths[0]), *cells[1:]])


def _trouble(result: CheckResult) -> list[str]:
    lines = [f"{result.status.value}  {result.check.name}  [{', '.join(result.check.requirements)}]"]
    lines += [f"  {result.cause}"]
    return lines + [f"    {line}" for line in result.exchange.split("\n") if line]
