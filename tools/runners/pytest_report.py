"""A pytest plugin that runs inside the target: writes one JSON line for each thing that happens.

It is handed to the target's own pytest as text, so it imports nothing of ours and keeps to Python 3.8.
It names the test that hangs, and the file and line of every error, without reading pytest's prose.
"""

from __future__ import annotations

import faulthandler
import json
import re
import sys
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

import pytest

_SETTINGS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_OUT = Path(_SETTINGS["out"])
_LIMIT = float(_SETTINGS.get("limit") or 0)
_PROPERTY = "archwright"
_OWN = re.compile(r"[/\\](_pytest|pluggy|xdist)[/\\]")
_state = {"worker": False}


def _write(**record: Any) -> None:
    if not _state["worker"]:
        with _OUT.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, default=str) + "\n")


def _exception(error: BaseException | None, depth: int = 0) -> dict[str, Any]:
    """Type, message, frames and causes of an exception, as plain data."""
    if error is None:
        return {}
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__name__
    stack = traceback.extract_tb(error.__traceback__)
    frames = [[f.filename, f.lineno, f.name] for f in stack if not _OWN.search(f.filename)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append([error.filename, error.lineno or 0, ""])
    causes: list[dict[str, Any]] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if depth < 5:
        causes = [_exception(member, depth + 1) for member in getattr(error, "exceptions", ())]
        causes += [_exception(before, depth + 1)] if before is not None else []
    return {"type": name, "message": str(error)[:2000], "frames": frames[-40:], "causes": causes}


def pytest_configure(config: Any) -> None:
    """Remember whether this is a worker, and let un-awaited coroutines say where they were made."""
    _state["worker"] = hasattr(config, "workerinput")
    sys.set_coroutine_origin_tracking_depth(8)
    _write(event="session", rootdir=str(config.rootpath))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: Any) -> Generator[None, Any, None]:
    """End the process, with the stacks written down, when one test takes too long."""
    stacks: TextIO | None = None
    if _LIMIT:
        stacks = _OUT.with_suffix(".stacks").open("w", encoding="utf-8")
        faulthandler.dump_traceback_later(_LIMIT, exit=True, file=stacks)
    yield
    if stacks is not None:
        faulthandler.cancel_dump_traceback_later()
        stacks.close()


def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """A test begins."""
    _write(event="start", id=nodeid, path=location[0], line=(location[1] or 0) + 1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Hang the real exception on the report, where it also travels from a worker to its controller."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and call.excinfo is not None:
        report.user_properties.append((_PROPERTY, _exception(call.excinfo.value)))


def pytest_runtest_logreport(report: Any) -> None:
    """A phase of a test ended."""
    if report.when != "call" and report.passed:
        return
    error: Any = next((value for name, value in report.user_properties if name == _PROPERTY), {})
    _write(
        event="result",
        id=report.nodeid,
        phase=report.when,
        outcome=report.outcome,
        xfail=hasattr(report, "wasxfail"),
        seconds=round(report.duration, 3),
        path=report.location[0],
        line=(report.location[1] or 0) + 1,
        error=error,
        text=str(report.longrepr)[-1500:] if report.failed and report.longrepr else "",
        logged="\n".join(text for _, text in report.sections)[-6000:] if report.failed else "",
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: Any) -> Generator[None, Any, None]:
    """A file could not be collected: keep the exception behind it."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        info = getattr(getattr(report, "call", None), "excinfo", None)
        report.archwright = _exception(info.value if info is not None else None)


def pytest_collectreport(report: Any) -> None:
    """The same, where it arrives (with workers: in their controller)."""
    if report.failed:
        error = getattr(report, "archwright", {})
        _write(event="collect", id=report.nodeid, error=error, text=str(report.longrepr)[-3000:])


def pytest_warning_recorded(warning_message: Any, when: str, nodeid: str, location: Any) -> None:
    """Something warned; the text of an un-awaited coroutine carries its origin."""
    _write(
        event="warning",
        id=nodeid,
        text=str(warning_message.message)[:3000],
        category=warning_message.category.__name__,
        path=warning_message.filename,
        line=warning_message.lineno,
    )


def pytest_deselected(items: Any) -> None:
    """Tests that the repository's own options leave out."""
    _write(event="deselected", ids=[item.nodeid for item in items][:200])


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    """The end was reached."""
    _write(event="end", exit=int(exitstatus), collected=getattr(session, "testscollected", 0))
