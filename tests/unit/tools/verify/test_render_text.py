"""The text form: code frames, hints, calm with many findings, and nothing of a hostile file that a terminal obeys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.results import EVIL, STATED, found, result
from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.detect import Application, Detected, Stack
from tools.findings import Finding, Severity
from tools.verify.render import View, render
from tools.verify.render_frames import Frames, printable
from tools.verify.render_text import MANY
from tools.verify.result import CheckResult, NotChecked, Suppressed, by_rule

CODE = "import os\n\n\ndef f():\n\treturn os.name\n\n\nprint(f())\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/a.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def shown(checked: CheckResult, root: Path | None = None, **view: object) -> list[str]:
    return render(checked, "text", View(root=root, **view)).split("\n")  # type: ignore[arg-type]


def test_a_finding_has_place_weight_rule_message_code_help_and_chain(root: Path) -> None:
    chain = ("app/a.py", "app/b.py", "app/c.py")

    assert shown(result(found(hint="Call the service.", chain=chain)), root) == [
        "app/a.py:5  error  layer-skip  routes must not import repositories",
        "    3 |",
        "    4 | def f():",
        "  > 5 |     return os.name",
        "    6 |",
        "    7 |",
        "  help: Call the service.",
        "  chain: app/a.py > app/b.py > app/c.py",
        "",
        "2 rules, 3 files, 1 error (0.25 s)",
        "",
    ]


def test_a_direct_import_needs_no_chain_and_a_long_chain_has_its_lines() -> None:
    direct = found(chain=("a.py", "b.py"))
    long = found(chain=tuple(f"{'folder/' * 5}{n}.py" for n in range(4)))

    assert not any("chain" in line for line in shown(result(direct)))
    lines = shown(result(long), width=80)
    assert lines[1].startswith("  chain: folder/")
    assert [line[:9] for line in lines[2:5]] == ["       > "] * 3


def test_findings_of_one_line_share_their_code_and_equal_hints(root: Path) -> None:
    lines = shown(result(found(message="one", hint="h"), found(message="two", hint="h")), root)

    assert [line.split("  ")[-1] for line in lines[:2]] == ["one", "two"]
    assert sum(line.startswith("  > 5 |") for line in lines) == 1
    assert lines.count("  help: h") == 1


@pytest.mark.parametrize(
    ("finding", "head"),
    [
        (found(0), "app/a.py  error  layer-skip  "),
        (found(0, ""), "(the whole repository)  error  layer-skip  "),
        (found(99), "app/a.py:99  error"),
        (found(1, "missing.py"), "missing.py:1  error"),
        (found(1, "../outside.py"), "../outside.py:1  error"),
        (found(1, "link.py"), "link.py:1  error"),
        (found(1, "app"), "app:1  error"),
        (found(1, ".env"), ".env:1  error"),
        (found(1, "api/.env.local"), "api/.env.local:1  error"),
    ],
)
def test_where_there_is_no_code_to_show_the_head_stands_alone(root: Path, finding: Finding, head: str) -> None:
    outside = root.parent / "outside.py"
    outside.write_text("token = 1\n")
    (root / "link.py").symlink_to(outside)
    (root / "api").mkdir()
    for name in (".env", "api/.env.local"):
        (root / name).write_text("TOKEN=1\n")

    lines = shown(result(finding), root)

    assert lines[0].startswith(head)
    assert lines[1] == ""


def test_control_characters_of_files_names_and_messages_reach_nobody(root: Path) -> None:
    evil = EVIL
    (root / "e.py").write_bytes(f"x = '{evil}'  # ok\nbad = '\xff'\n".encode("latin-1", "ignore"))
    (root / "e.py").write_text(f"first\nx = '{evil}é'\n", encoding="utf-8")
    finding = found(2, "e.py", message=f"m{evil}\nnext", hint=evil, chain=(evil, "b", "c"))

    text = "\n".join(
        shown(result(finding, found(1, f"p{evil}\n.py"), not_checked=(NotChecked(path=evil, reason=evil),)), root)
    )

    assert not [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u200b"]
    assert "\\x1b]0;owned\\x07" in text
    assert "é" in text
    assert "\nnext" not in text


def test_names_that_are_no_utf8_are_spelled() -> None:
    assert printable("a\udcff\ud800.py") == "a\\xff\\ud800.py"


def test_passwords_in_addresses_are_masked(root: Path) -> None:
    (root / "s.py").write_text('URL = "postgres://admin:hunter2@db:5432/app"\nX = "https://docs/a:b@c"\n')

    text = "\n".join(shown(result(found(1, "s.py", message="redis://:hunter2@h is another")), root))

    assert "hunter2" not in text
    assert "postgres://admin:***@db:5432/app" in text


def test_long_lines_are_cut_and_tabs_are_spaces(root: Path) -> None:
    (root / "min.js").write_text("\tvar a=1;" + "x" * 500_000 + "\nnext\n")

    code = Frames(root, 80).around(found(1, "min.js"))

    assert [len(text) for _, text, _ in code] == [80, 4]
    assert code[0][1].startswith("    var a=1;xxx")
    assert code[0][1].endswith("xxx...")


def test_lines_end_at_line_feeds_alone(root: Path) -> None:
    (root / "odd.py").write_bytes("a = 1\x0c\r\nb = '\u2028'\nc = 3".encode())

    assert [(n, own) for n, _, own in Frames(root).around(found(3, "odd.py"))] == [(1, False), (2, False), (3, True)]


def test_many_findings_are_counted_by_rule_before_a_few_are_shown(root: Path) -> None:
    findings = [found(n, f"f{n // 10}.py", message=f"m{n}") for n in range(MANY)]
    other = found(1, "z.py", "wrong-orm", severity=Severity.WARNING)

    lines = shown(result(*findings, other))

    assert lines[0].split() == ["40", "error", "layer-skip", "in", "4", "files"]
    assert lines[1].split() == ["1", "warning", "wrong-orm", "in", "1", "file"]
    heads = [line for line in lines if "  layer-skip  m" in line]
    assert [head.split("  ")[0].partition(":")[0] for head in heads] == ["f0.py", "f1.py", "f2.py"]
    assert "4 of 41 findings are shown. `--all` shows the others, `--format json` too." in lines
    assert any("archwright baseline create" in line for line in lines)


def test_all_of_many_findings_are_shown_when_asked_for() -> None:
    findings = [found(n, message=f"m{n}") for n in range(1, MANY + 9)]

    lines = shown(result(*findings), every=True)

    assert sum("  layer-skip  m" in line for line in lines) == MANY + 8
    assert not any("are shown" in line for line in lines)


def test_a_repository_with_a_baseline_is_not_told_of_it_again() -> None:
    findings = [found(n) for n in range(1, MANY + 9)]
    held = Suppressed(finding=found(99), by="baseline")

    assert not any("baseline create" in line for line in shown(result(*findings, suppressed=(held,))))
    assert not any("baseline create" in line for line in shown(result(*findings, since="main")))


def test_statistics_and_quiet() -> None:
    checked = result(found(), found(7), found(1, "b.py", "wrong-orm"), notes=("n",))

    table = shown(checked, statistics=True)
    assert [line.split()[:3] for line in table[:2]] == [["2", "error", "layer-skip"], ["1", "error", "wrong-orm"]]
    assert not any("routes must not" in line for line in table)
    assert shown(checked, quiet=True) == ["2 rules, 3 files, 3 errors (0.25 s)", ""]
    assert shown(result(), statistics=True) == ["2 rules, 3 files, 0 findings (0.25 s)", ""]


def test_colours_only_when_asked_for(root: Path) -> None:
    checked = result(found(hint="h"), found(1, severity=Severity.WARNING), found(2, severity=Severity.INFO))

    assert "\x1b" not in render(checked, "text", View(root=root))
    colored = render(checked, "text", View(root=root, color=True))
    for code in ("\x1b[1;31merror", "\x1b[1;33mwarning", "\x1b[1;36minfo", "\x1b[1;36mhelp:"):
        assert code in colored


def test_files_that_were_not_checked_are_grouped_by_reason() -> None:
    unread = [NotChecked(path=f"v{n}.js", reason="larger than 1 MB") for n in range(5)]
    broken = [NotChecked(path="b.py", reason="read in part: line 7: invalid syntax")]

    lines = shown(result(not_checked=(*unread, *broken), notes=("a is against b",)))

    assert lines[:3] == [
        "not checked: v0.js, v1.js, v2.js and 2 more: larger than 1 MB",
        "not checked: b.py:7: read in part: there is a syntax error",
        "note: a is against b",
    ]


def test_the_verdict_tells_what_is_held_back() -> None:
    held = tuple(Suppressed(finding=found(n), by="baseline") for n in range(3))
    silenced = Suppressed(finding=found(9), by="ignore", reason="why")

    assert result(suppressed=(*held, silenced)).verdict == "2 rules, 3 files, 0 findings (3 in the baseline)"
    checked = result(found(), suppressed=held, since="origin/main", older=2)
    assert checked.verdict == "2 rules, 3 files, 1 error (3 in the baseline, 2 older than origin/main)"
    assert result(since="main").verdict == "2 rules, 3 files, 0 new findings"


def test_the_first_check_says_what_it_saw_and_how_to_pin_it_down() -> None:
    stack = Stack(
        framework=Detected(name="fastapi"), orm=Detected(name="sqlalchemy"), database=Detected(name="postgres")
    )
    apps = (
        Application(root="api", name="api", stack=stack),
        Application(root="web", name="web", stack=Stack()),
    )
    habit = Constraint(
        kind="queries", value="repositories", source=Source(origin="practice", text="9 of 10"), binding="inferred"
    )
    rules = ("protected-path", "import-unresolved")
    checked = result(applications=apps, constraints=ConstraintSet(constraints=(habit,)), rules=rules)

    text = "\n".join(shown(checked))

    assert "found    api (api): fastapi, sqlalchemy, postgres, no architecture recognised" in text
    assert "found    1 package without a backend framework" in text
    assert "checked  3 files; habits of the code: queries and sessions only in repositories" in text
    assert "rules that nothing asks for (protected-path)" in text
    assert "`archwright constraints init`" in text
    assert "constraints init" not in "\n".join(shown(replace(checked, constraints=STATED)))
    assert "constraints init" not in "\n".join(shown(checked, quiet=True))


def test_the_introduction_stays_short_in_a_large_monorepo() -> None:
    stack = Stack(framework=Detected(name="express"))
    apps = tuple(Application(root=f"a{n}", name=f"a{n}", stack=stack) for n in range(30))

    lines = shown(result(applications=apps, constraints=ConstraintSet()))

    assert sum("no architecture recognised" in line for line in lines) == 5
    assert any("25 more backends: `archwright detect`" in line for line in lines)
    assert any("no habit" in line for line in lines)
    assert any("no application" in line for line in shown(result(constraints=ConstraintSet())))


def test_counts_by_rule_put_the_gravest_first() -> None:
    findings = [
        found(1, rule="a", severity=Severity.INFO), found(2, rule="b", severity=Severity.WARNING),
        found(3, rule="b", severity=Severity.WARNING), found(4, rule="c", severity=Severity.WARNING),
        found(5, rule="c", severity=Severity.ERROR),
    ]  # fmt: skip

    assert [(one.rule, one.severity.value, one.findings) for one in by_rule(findings)] == [
        ("c", "error", 2), ("b", "warning", 2), ("a", "info", 1),
    ]  # fmt: skip
