"""The archwright.toml that is drafted from what a repository does, and how its constraints are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from framework_profiles.loader import load_all
from tools.constraints.compile import combine
from tools.constraints.draft import HANDFUL, Draft, draft, settle
from tools.constraints.file import parse
from tools.constraints.model import Constraint, ConstraintSet, Contradiction, Kind, Source
from tools.constraints.showing import show
from tools.detect import Application, Detected, Stack
from tools.findings import Finding, Severity
from tools.targets.describe import LayerFound
from tools.targets.model import Evidence

RULES: dict[Kind, tuple[str, ...]] = {
    "architecture": ("layer-skip", "layer-upward"),
    "layer-imports": ("layer-upward",),
    "queries": ("sql-outside-repositories",),
    "orm": ("wrong-orm",),
}


def rules_of(kind: Kind) -> Sequence[str]:
    return RULES.get(kind, ())


def part(name: str | None, confidence: float = 0.9, **more: object) -> Detected:
    evidence = (Evidence(path="pyproject.toml", line=3, text=f"{name}>=1"),)
    return replace(Detected(name=name, confidence=confidence, evidence=evidence), **more)  # type: ignore[arg-type]


def application(root: str = ".", **parts: Detected) -> Application:
    found = {"framework": part("fastapi"), "orm": part("sqlalchemy"), "database": part("postgres"), **parts}
    return Application(root=root, name=root, stack=Stack(**found))


def habit(kind: Kind, value: str, said: str, **params: object) -> Constraint:
    source = Source(origin="practice", text=said)
    return Constraint(kind=kind, value=value, source=source, params=params, binding="inferred")


def forbidden(source: str, target: str, said: str, **more: object) -> Constraint:
    return habit("layer-imports", f"{source} !> {target}", said, source=source, target=target, **more)


FULL = forbidden("models", "routes", "9 of 9 files in models do not import routes")
NEARLY = forbidden("routes", "repositories", "128 of 140 files in routes do not import repositories")
BOUNDED = forbidden("services", "routes", "8 of 8 files in services do not import routes", within="server")
QUERIES = habit("queries", "repositories", "7 of 7 functions with queries are in repositories")


def drafted(*habits: Constraint, files: Sequence[str] = (), applications: Sequence[Application] | None = None) -> Draft:
    return draft(combine(habits), applications or [application()], files)


def read(text: str) -> list[Constraint]:
    return parse(text, "archwright.toml", load_all())


def same(found: Sequence[Constraint]) -> list[tuple[str, dict[str, object]]]:
    return sorted((c.id, dict(c.params)) for c in found)


def test_what_is_sure_is_stated_and_what_nearly_holds_is_a_comment_with_its_count() -> None:
    text = drafted(FULL, NEARLY, BOUNDED, QUERIES).text

    assert 'framework = "fastapi"  # pyproject.toml:3 fastapi>=1' in text
    assert '  "models -> routes",  # 9 of 9 files in models do not import routes' in text
    assert (
        '  # "routes -> repositories",  # 12 of 140 files in routes import repositories: uncomment to forbid it' in text
    )
    assert '  { from = "services", to = "routes", within = "server" },' in text
    assert 'queries = ["repositories"]  # 7 of 7 functions' in text


def test_reading_the_draft_gives_the_constraints_that_it_states() -> None:
    found = drafted(FULL, NEARLY, BOUNDED, QUERIES, files=["examples/a.py", "examples/b.py"])

    assert same(read(found.text)) == same(found.constraints)
    assert {c.kind for c in found.constraints} >= {
        "framework",
        "orm",
        "database",
        "layer-imports",
        "queries",
        "exclude",
    }


@pytest.mark.parametrize("habits", [(), (FULL,), (NEARLY,), (NEARLY, BOUNDED, FULL), (QUERIES,)])
def test_with_every_line_uncommented_it_is_still_a_good_file(habits: tuple[Constraint, ...]) -> None:
    _, *lines = drafted(*habits).text.splitlines()

    whole = "\n".join(line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line for line in lines)

    assert {c.kind for c in read(whole)} >= {"framework", "orm", "database"}


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"database": part("sqlite", also=("postgres",))}, '# database = "sqlite"'),
        ({"database": part("postgres", 0.6)}, '# database = "postgres"'),
        ({"orm": part("knex", known=False)}, '# orm = "knex"'),
    ],
)
def test_what_is_not_sure_is_a_comment(parts: dict[str, Detected], line: str) -> None:
    assert line in drafted(applications=[application(**parts)]).text


def test_a_habit_makes_a_doubtful_finding_sure_and_a_contrary_one_makes_it_doubtful() -> None:
    unsure = [application(database=part("postgres", 0.6))]
    same_habit = habit("database", "postgres", "9 of 9 uses are postgres")
    other = habit("database", "mysql", "9 of 9 uses are mysql")

    assert '\ndatabase = "postgres"' in drafted(same_habit, applications=unsure).text
    assert '# database = "postgres"' in drafted(other, applications=unsure).text


def test_without_a_detected_one_the_habit_is_stated_when_it_is_full() -> None:
    nothing = [application(orm=Detected(name=None))]

    assert '\norm = "peewee"' in drafted(habit("orm", "peewee", "9 of 9 uses are peewee"), applications=nothing).text
    assert '# orm = "peewee"' in drafted(habit("orm", "peewee", "8 of 9 uses are peewee"), applications=nothing).text


def test_applications_that_differ_state_nothing_and_are_listed() -> None:
    applications = [
        application("a"),
        application("b", framework=part("flask")),
        replace(application("c"), kind="package"),
    ]

    text = drafted(applications=applications).text

    assert "#   a: fastapi, sqlalchemy, postgres\n#   b: flask, sqlalchemy, postgres\n\n" in text
    assert "# framework = " in text
    assert "a has fastapi, b has flask" in text


def test_folders_of_other_code_are_left_out_of_the_check_and_those_of_the_product_are_not() -> None:
    files = [
        *(f"examples/shop/{n}.py" for n in range(3)),
        *(f"packages/api/examples/{n}.ts" for n in range(2)),
        *(f"vendor/lib/{n}.js" for n in range(2)),
        *(f"app/clients/generated/{n}.py" for n in range(2)),
        *(f"app/mails/templates/{n}.py" for n in range(4)),
        *(f"docs/examples/{n}.md" for n in range(4)),
        "samples/only_one.py",
    ]

    found = drafted(files=files)

    assert [c.value for c in found.constraints if c.kind == "exclude"] == [
        "app/clients/generated/**",
        "examples/**",
        "packages/api/examples/**",
        "vendor/**",
    ]
    assert '"examples/**",  # 3 source files, beside the application' in found.text


def test_layers_that_a_name_tells_in_doubt_are_proposed_as_globs() -> None:
    weak = LayerFound(name="routes", files=26, places=(("web/handlers/", 20), ("web/api/", 6)), weak=True)
    sure = LayerFound(name="models", files=9, places=(("web/models/", 9),))
    few = LayerFound(name="services", files=2, places=(("web/logic/", 2),), weak=True)

    text = draft(ConstraintSet(), [application()], [], [(weak, sure, few)]).text

    head, layers = text.split("\n# [layers]\n")
    assert layers.startswith('# routes = ["web/handlers/**", "web/api/**"]  # 26 files;')
    assert len(layers.splitlines()) == 1
    assert [c.value for c in read(f"{head}\n[layers]\n{layers.removeprefix('# ')}") if c.kind == "layers"] == ["any"]


def finding(rule: str, number: int = 0) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, path=f"a{number}.py", line=1, message="x")


def test_what_turns_out_loud_is_taken_back_and_told_with_its_count() -> None:
    clean = application(architecture=part("clean", 0.9))
    judged: list[list[str]] = []

    def judge(stated: Sequence[Constraint]) -> list[Finding]:
        judged.append([c.kind for c in stated])
        loud = "architecture" in judged[-1]
        return [finding("undeclared"), *(finding("layer-skip", n) for n in range(HANDFUL + 1 if loud else 0))]

    found = settle(drafted(FULL, applications=[clean]), judge, rules_of)

    assert [kinds for kinds in judged if "architecture" in kinds] == [judged[1]]
    assert '# architecture = "clean"  # 6 layer-skip with it today: uncomment to work on them' in found.text
    assert '"models -> routes"' in found.text
    assert [f.rule for f in found.findings] == ["undeclared"]


def test_a_handful_is_bearable_and_what_was_there_before_counts_for_nothing() -> None:
    clean = application(architecture=part("clean", 0.9))

    def judge(stated: Sequence[Constraint]) -> list[Finding]:
        extra = HANDFUL if any(c.kind == "architecture" for c in stated) else 0
        return [finding("layer-upward", n) for n in range(20 + extra)]

    found = settle(drafted(applications=[clean]), judge, rules_of)

    assert '\narchitecture = "clean"' in found.text
    assert len(found.findings) == 20 + HANDFUL


def test_quoted_lines_of_a_repository_cannot_break_the_file() -> None:
    odd = Detected(
        name="flask", confidence=0.9, evidence=(Evidence(path="a\n[x]", line=1, text="\x00\x1b[31m" + "y" * 400),)
    )

    text = drafted(applications=[application(framework=odd)]).text

    assert [c.value for c in read(text) if c.kind == "framework"] == ["flask"]
    assert max(map(len, text.splitlines())) < 200


def test_the_set_is_shown_by_origin_with_rules_advice_and_contradictions() -> None:
    stated = Constraint(kind="orm", value="sqlalchemy", source=Source(origin="flag", text="orm=sqlalchemy"))
    dropped = Constraint(kind="orm", value="peewee", source=Source(origin="file", path="archwright.toml", line=2))
    advice = Constraint(
        kind="advisory",
        value="Be kind.",
        binding="advisory",
        source=Source(origin="file", path="archwright.toml", line=9),
    )
    effective = ConstraintSet(
        constraints=(stated, advice, BOUNDED), contradictions=(Contradiction(kept=stated, dropped=dropped),)
    )

    blocks = show(effective, rules_of).split("\n\n")

    assert [block.splitlines()[0] for block in blocks] == [
        "Said on the command line:",
        "Done by habit: warns, and binds once it is in archwright.toml:",
        "Advice, which nothing checks:",
        "Contradictions:",
    ]
    assert "  orm=sqlalchemy  (--constraint orm=sqlalchemy)" in blocks[0]
    assert "checked by wrong-orm" in blocks[0]
    assert "within: server" in blocks[1]
    assert "Be kind.  (archwright.toml:9)" in blocks[2]
    assert "archwright.toml:2" in blocks[3]


def test_an_empty_set_says_what_to_do() -> None:
    assert "archwright constraints init" in show(ConstraintSet(), rules_of)
