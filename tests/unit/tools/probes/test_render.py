"""What the model reads after a gate."""

from __future__ import annotations

from tools.findings import Finding, RungResult, Severity, Status
from tools.probes.context import GateReport, against_base, judged, not_checked
from tools.probes.render import render_for_model


def finding(rule, path="app/a.py", line=3, message="wrong", hint="", severity=Severity.ERROR):
    return Finding(rule=rule, severity=severity, path=path, line=line, message=message, hint=hint)


def test_a_defect_is_told_at_its_first_rung_and_only_counted_at_the_later_ones():
    report = GateReport(
        rungs=(
            judged("rules", [finding("missing-await", hint="await it")]),
            judged("queries", [finding("missing-await", message="never awaited")]),
            judged("tests", [finding("test-fails", message="tests/test_a.py::test_b: AttributeError")]),
        )
    )

    assert render_for_model(report).splitlines() == [
        "gate: RED",
        "rules: red",
        "- app/a.py:3 [missing-await] wrong",
        "  -> await it",
        "queries: red",
        "- at lines named above: missing-await",
        "tests: red",
        "- at lines named above: tests/test_a.py::test_b",
    ]


def test_a_hint_that_many_findings_share_is_said_once():
    found = [finding("layer-skip", line=number, hint="go through the service") for number in (1, 2, 3)]

    text = render_for_model(GateReport(rungs=(judged("rules", found),)))

    assert text.count("go through the service") == 1


def test_tests_that_fail_alike_are_told_once_with_the_names_of_the_others():
    same = [
        finding("test-fails", path="tests/helpers.py", message=f"tests/test_a.py::test_{name}: KeyError: 'token'")
        for name in "abc"
    ]
    other = finding("test-fails", line=9, message="tests/test_a.py::test_d: assert 1 == 2")

    assert render_for_model(GateReport(rungs=(judged("tests", [*same, other]),))).splitlines()[2:] == [
        "- tests/helpers.py:3 [test-fails] tests/test_a.py::test_a: KeyError: 'token'",
        "  2 more fail alike: tests/test_a.py::test_b, tests/test_a.py::test_c",
        "- app/a.py:9 [test-fails] tests/test_a.py::test_d: assert 1 == 2",
    ]


def test_warnings_block_nothing_and_come_after_what_is_red():
    old = finding("ignores-sigterm", severity=Severity.WARNING)
    report = GateReport(rungs=(judged("boot", [old]), judged("tests", [finding("test-fails")])))

    text = render_for_model(report)

    assert text.index("tests: red") < text.index("warnings (nothing is blocked)") < text.index("green: boot")


def test_rungs_that_were_not_checked_share_their_reason():
    report = GateReport(rungs=(not_checked("boot", "only tests changed"), not_checked("schema", "only tests changed")))

    assert render_for_model(report) == "gate: green\nnot checked: boot, schema (only tests changed)"


def test_only_new_findings_stay_when_the_base_had_others():
    old, new = finding("a", line=1), finding("b", line=2)
    now = judged("schema", [finding("a", line=9), new])

    assert against_base(now, [old]).findings == (new,)
    assert against_base(judged("schema", [finding("a", line=9)]), [old]).status is Status.RED_BEFORE
    assert against_base(now, None) is now


def test_the_state_of_a_gate_changes_with_its_errors_and_not_with_their_lines():
    first, moved, other = (
        GateReport(rungs=(judged("rules", [found]), RungResult(name="tests", status=Status.GREEN)))
        for found in (finding("a", line=1), finding("a", line=2), finding("b"))
    )

    assert first.state() == moved.state() != other.state()
