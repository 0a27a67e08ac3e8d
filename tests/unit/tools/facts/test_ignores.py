from __future__ import annotations

import pytest

from tools.facts.reading import read

CASES: list[tuple[str, str, str, list[tuple[int, str, str, int]]]] = [
    ("own_line", "m.py", "run()  # archwright: ignore[layer-skip] old code", [(1, "layer-skip", "old code", 1)]),
    ("next_line", "m.py", "# archwright: ignore[a, b] why\nrun()", [(1, "a, b", "why", 2)]),
    ("over_comments", "m.py", "# archwright: ignore[a] why\n\n# more\nrun()", [(1, "a", "why", 4)]),
    ("nothing_below", "m.py", "run()\n# archwright: ignore[a] why\n", [(2, "a", "why", 2)]),
    ("no_brackets", "m.py", "run()  # archwright: ignore because", [(1, "", "because", 1)]),
    ("no_reason", "m.py", "run()  # archwright: ignore[a]", [(1, "a", "", 1)]),
    ("in_a_string", "m.py", 'run("# archwright: ignore[a] why")', []),
    ("in_a_docstring", "m.py", '"""Write\n# archwright: ignore[a] why\n"""\nrun()', []),
    ("behind_a_string", "m.py", 'run("#")  # archwright: ignore[a] why', [(1, "a", "why", 1)]),
    (
        "two",
        "m.py",
        "a()  # archwright: ignore[x] 1\nb()  # archwright: ignore[y] 2",
        [(1, "x", "1", 1), (2, "y", "2", 2)],
    ),
    ("broken_code", "m.py", "def (:\nrun()  # archwright: ignore[a] why", [(2, "a", "why", 2)]),
    ("windows_lines", "m.py", "a()\r\nb()  # archwright: ignore[x] why\r\n", [(2, "x", "why", 2)]),
    ("unicode", "m.py", "x = 'größe'  # archwright: ignore[x] für später", [(1, "x", "für später", 1)]),
    ("slashes", "m.ts", "run() // archwright: ignore[a] why", [(1, "a", "why", 1)]),
    ("block", "m.js", "run() /* archwright: ignore[a] why */", [(1, "a", "why", 1)]),
    ("block_above", "m.js", "/* archwright: ignore[a] why */\nrun()", [(1, "a", "why", 2)]),
    ("script_string", "m.ts", "run('// archwright: ignore[a] why')", []),
    ("template", "m.ts", "run(`\n// archwright: ignore[a] why\n`)", []),
    ("an_apostrophe_before", "m.ts", "run(/it's/) // archwright: ignore[a] why", [(1, "a", "why", 1)]),
    ("jsx_text", "m.tsx", "const a = <p>// archwright: ignore[a] why</p>", []),
    ("another_word", "m.py", "run()  # archwright ignore[a]", []),
]


@pytest.mark.parametrize(("name", "source", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_ignores_are_comments_with_rules_reason_and_the_line_they_cover(
    name: str, source: str, expected: list[tuple[int, str, str, int]]
) -> None:
    assert list(read(name, source.encode()).ignores) == expected
