"""archwright.toml: read, written, and every mistake told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from framework_profiles.loader import load_all
from tools.constraints.file import find_constraints, parse, write
from tools.errors import InvalidConstraints
from tools.verify.registry import rule_ids

GOOD = """\
[constraints]
architecture = "clean"
database = "PostgreSQL"
orm = "none"
protected = ["migrations/**", "src/config.js"]
forbid = ["services -> models"]
queries = ["repositories"]
advisory = ["Prefer small functions."]

[layers]
services = ["src/domain/**"]
roots = ["src/start.py"]

[[contracts]]
name = "house"
order = ["web", "agent | jobs", "core"]
closed = true
shared = ["core"]
[contracts.paths]
web = ["src/web/**"]

[rules]
layer-skip = "warning"

[run]
model = "belongs to somebody else"
"""

BAD = """\
[constraints]
architecture = "lean"
databse = "postgres"
orm = "sqlalchemi"
protected = [1]
forbid = ["routes, repositories"]

[layers]
sevices = ["src/**"]

[[contracts]]
name = "house"
closed = "yes"
[contracts.paths]
web = ["src/web/**"]

[rules]
layer-skp = "warning"
layer-skip = "loud"

[unknown]
"""


def test_every_table_becomes_constraints_with_their_lines() -> None:
    found = parse(GOOD, "archwright.toml", load_all(), rule_ids())

    assert [(c.id, c.source.line) for c in found] == [
        ("architecture=clean", 2),
        ("database=postgres", 3),
        ("orm=none", 4),
        ("protected=migrations/**", 5),
        ("protected=src/config.js", 5),
        ("layer-imports=services !> models", 6),
        ("queries=repositories", 7),
        ("advisory=Prefer small functions.", 8),
        ("layers=clean", 10),
        ("contract=house", 14),
        ("rule=layer-skip", 23),
    ]
    assert [c.binding for c in found if c.kind == "advisory"] == ["advisory"]
    assert found[-2].params["order"] == ["web", "agent | jobs", "core"]


def test_all_mistakes_are_told_at_once_with_line_and_choices() -> None:
    with pytest.raises(InvalidConstraints) as caught:
        parse(BAD, "archwright.toml", load_all(), rule_ids())

    problems = {p.where: p for p in caught.value.problems}
    lines = sorted(int(where.split(":")[1]) for where in problems)
    assert lines == [2, 3, 4, 5, 6, 9, 11, 13, 15, 18, 19, 21]
    assert "clean, layered" in problems["archwright.toml:2"].remedy
    assert "database" in problems["archwright.toml:3"].remedy
    assert "layer-skip" in problems["archwright.toml:18"].remedy
    assert "off, info, warning, error" in problems["archwright.toml:19"].remedy


def test_text_that_is_no_toml_is_one_problem_with_its_line() -> None:
    with pytest.raises(InvalidConstraints, match="line 2"):
        parse("[constraints]\narchitecture = clean\n", "archwright.toml", load_all())


def test_writing_and_reading_gives_the_same_constraints() -> None:
    first = parse(GOOD, "archwright.toml", load_all(), rule_ids())

    text = write(first, {"architecture=clean": "2 of 14 files differ"})
    second = parse(text, "archwright.toml", load_all(), rule_ids())

    assert "# 2 of 14 files differ" in text
    assert sorted(c.id for c in second) == sorted(c.id for c in first)
    plain = {c.id: c.params for c in second}
    assert all(plain[c.id] == c.params for c in first)


def test_the_table_in_pyproject_counts_and_keeps_its_lines(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.archwright.constraints]\norm = "sqlalchemy"\n'
    (tmp_path / "pyproject.toml").write_text(text)

    found = find_constraints(tmp_path)

    assert [(c.id, str(c.source)) for c in found] == [("orm=sqlalchemy", "pyproject.toml:5")]


def test_a_mistake_in_pyproject_names_the_line_there(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n\n[tool.archwright.constraints]\norm = "sqlalch"\n'
    )

    with pytest.raises(InvalidConstraints, match="pyproject.toml:5"):
        find_constraints(tmp_path)


def test_archwright_toml_goes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.archwright.constraints]\norm = "peewee"\n')
    (tmp_path / "archwright.toml").write_text('[constraints]\norm = "sqlalchemy"\n')

    assert [c.value for c in find_constraints(tmp_path)] == ["sqlalchemy"]


def test_a_repository_without_a_file_states_nothing(tmp_path: Path) -> None:
    assert find_constraints(tmp_path) == []


def test_a_file_that_is_not_text_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "archwright.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidConstraints, match="UTF-8"):
        find_constraints(tmp_path)


def test_another_file_can_be_given(tmp_path: Path) -> None:
    other = tmp_path / "rules.toml"
    other.write_text('[constraints]\norm = "peewee"\n')

    assert [c.value for c in find_constraints(tmp_path, other)] == ["peewee"]


def problems_of(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidConstraints) as caught:
        parse(text, "archwright.toml", load_all(), rule_ids())
    return [(p.where, p.message, p.remedy) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[constraints]\ndatabse = "postgres"\n', 2, "Did you mean 'database'?"),
        ('[constraints]\norm = "sqlalchemi"\n', 2, "Did you mean 'sqlalchemy'?"),
        ('[rules]\n\nlayer-skp = "off"\n', 3, "Did you mean 'layer-skip'?"),
        ('[rules]\nlayer-skip = "warn"\n', 2, "Did you mean 'warning'?"),
        ('[layers]\nservice = ["x/**"]\n', 2, "Did you mean 'services'?"),
        ("[constraint]\n", 1, "Did you mean 'constraints'?"),
        ('[[contracts]]\norder = ["a"]\nclose = true\n', 3, "Did you mean 'closed'?"),
        ('[constraints]\nforbid = ["route -> services"]\n', 2, "Did you mean 'routes'?"),
        ('[constraints]\nforbid = [\n  "routes -> services",\n  "models -> servces",\n]\n', 4, "'services'?"),
        ('[constraints]\nqueries = ["repository"]\n', 2, "Did you mean 'repositories'?"),
        ('[constraints]\nforbid = [{ from = "routes", to = "models", onto = "x" }]\n', 2, "from, to, within, except"),
        ('[[contracts]]\norder = ["web", "core"]\nshared = ["cor"]\n', 3, "Did you mean 'core'?"),
        ('[constraints.database]\nname = "x"\n', 1, 'Write database = "..."'),
        ("[constraints]\n\n[layers.services]\n", 3, 'Write ["..."].'),
        ("constraints = { protected = 3 }\n", 1, 'Write ["..."].'),
        ('[[contracts]]\nname = "a"\norder = ["x"]\n[[contracts]]\nname = "a"\norder = ["y"]\n', 4, "of its own"),
        ("[run]\n[[rules]]\n", 2, "Write [rules]"),
        ("run = 3\n", 1, "Write [run]"),
        ('[constraints]\norm = "sqlalchemy"\n\narchitecture = clean\n', 4, "Mend the syntax."),
        ("[constraints]\nprotected = [\n", 3, "Mend the syntax."),
        ('[constraints]\norm = "peewee"\norm = "prisma"\n', 3, "Mend the syntax."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_right(text: str, line: int, said: str) -> None:
    (problem,) = problems_of(text)

    assert problem[0] == f"archwright.toml:{line}"
    assert said in problem[2]


def test_a_forbidden_pair_may_be_a_table_that_says_where() -> None:
    table = '{ from = "services", to = "routes", within = "a/", except = ["a/b"] }'
    text = f'[constraints]\nforbid = [\n  "routes -> models",\n  {table},\n]\n'

    plain, bounded = parse(text, "archwright.toml", load_all())

    assert (plain.value, plain.params, plain.source.line) == (
        "routes !> models",
        {"source": "routes", "target": "models"},
        3,
    )
    assert bounded.params == {"source": "services", "target": "routes", "within": "a", "except": ["a/b"]}
    assert parse(write([plain, bounded]), "archwright.toml", load_all())[1].params == bounded.params


def test_layers_of_contracts_of_ones_own_may_be_forbidden_too() -> None:
    text = '[constraints]\nforbid = ["web -> core"]\n[[contracts]]\norder = ["web", "agent | jobs", "core"]\n'

    assert parse(text, "archwright.toml", load_all())[0].value == "web !> core"


def test_each_item_of_a_list_has_its_own_line() -> None:
    text = '[constraints]\nprotected = [\n  "a/**",  # "b/**" comes next\n  \'b/**\',\n]\nexclude = ["c"]\n'

    found = parse(text, "archwright.toml", load_all())

    assert [(c.value, c.source.line) for c in found] == [("a/**", 3), ("b/**", 4), ("c", 6)]
