# ruff: noqa: E501 -- sources and what becomes of them stand as they are

from __future__ import annotations

from pathlib import Path

import pytest

from tools.edit import Edit, apply_edits


def added(root: Path, source: str, text: str, path: str = "app/a.py") -> str:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(source.encode())
    for _ in range(2):  # the second time there is nothing to do
        outcome = apply_edits(root, [Edit(path=path, op="add_import", text=text)])
        assert outcome.answers[0].ok, outcome.text()
    assert outcome.changed == []
    return (root / path).read_bytes().decode()


PYTHON = [
    # an empty file; behind docstring, __future__, comments
    ("", "import os", "import os\n"),
    ('"""Doc."""\n\nx = 1\n', "import os", '"""Doc."""\n\nimport os\n\nx = 1\n'),
    ('"""Doc."""\nx = 1\n', "import os", '"""Doc."""\n\nimport os\n\nx = 1\n'),
    ("#!/usr/bin/env python\n# Licence.\n\nx = 1\n", "import os", "#!/usr/bin/env python\n# Licence.\n\nimport os\n\nx = 1\n"),
    ("def f(): pass\n", "import os", "import os\n\n\ndef f(): pass\n"),
    ("from __future__ import annotations\n\nx = 1\n", "import os", "from __future__ import annotations\n\nimport os\n\nx = 1\n"),
    ("import os\n", "from __future__ import annotations", "from __future__ import annotations\n\nimport os\n"),
    # grouped with its like, sorted as the group is
    ("import os\n\nimport fastapi\n\nfrom app import b\n", "import json", "import json\nimport os\n\nimport fastapi\n\nfrom app import b\n"),
    ("import os\n\nimport fastapi\n\nfrom app import b\n", "from sqlalchemy import select", "import os\n\nimport fastapi\nfrom sqlalchemy import select\n\nfrom app import b\n"),
    ("import os\n\nimport fastapi\n", "from app.c import d", "import os\n\nimport fastapi\n\nfrom app.c import d\n"),
    ("import os\n\nfrom app import b\n", "import fastapi", "import os\n\nimport fastapi\n\nfrom app import b\n"),
    ("import sys\nimport os  # last\n\nx = 1\n", "import json", "import sys\nimport os  # last\nimport json\n\nx = 1\n"),
    ("from app.b import c\n", "from .x import y", "from app.b import c\n\nfrom .x import y\n"),
    # merged into what is there
    ("from a import (\n    b,\n    d,\n)\n", "from a import c", "from a import (\n    b,\n    c,\n    d,\n)\n"),
    ("from a import (\n    b,\n    d\n)\n", "from a import e", "from a import (\n    b,\n    d,\n    e\n)\n"),
    ("from a import (\n    b,\n    d,  # why\n)\n", "from a import e, f", "from a import (\n    b,\n    d,\n    e,\n    f,  # why\n)\n"),
    ("from a import (b,\n               d)\n", "from a import e", "from a import (b,\n               d,\n               e)\n"),
    ("from a import b, d\n", "from a import c", "from a import b, c, d\n"),
    ("from a import d, b\n", "from a import c", "from a import d, b, c\n"),
    ("from a import B, MAX, d\n", "from a import C", "from a import B, C, MAX, d\n"),
    ("from a import MAX, B, d\n", "from a import C", "from a import MAX, B, C, d\n"),
    ("from a import b, \\\n    c\n", "from a import d", "from a import b, \\\n    c, d\n"),
    ("from a import b  # noqa\n", "from a import c", "from a import b, c  # noqa\n"),
    ("from .. import b\n", "from .. import c", "from .. import b, c\n"),
    # there already
    ("import os, sys\n", "import sys", "import os, sys\n"),
    ("from a import b as c\n", "from a import b as c", "from a import b as c\n"),
    ("from a import b as c\n", "from a import b", "from a import b, b as c\n"),
    # several at once
    ("import os\n", "import json\nfrom os import path, sep\n", "import json\nimport os\nfrom os import path, sep\n"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "expected"), PYTHON)
def test_a_python_import_goes_where_the_style_of_the_file_puts_it(
    tmp_path: Path, source: str, text: str, expected: str
) -> None:
    assert added(tmp_path, source, text) == expected


def test_a_line_that_gets_too_long_is_broken_at_the_length_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")

    after = added(tmp_path, "from a import first_name, second_nam\n", "from a import third_name")

    assert after == "from a import (\n    first_name,\n    second_nam,\n    third_name,\n)\n"


def test_an_import_for_type_checkers_only_is_not_enough(tmp_path: Path) -> None:
    source = "import typing\n\nif typing.TYPE_CHECKING:\n    from a import b\n"

    after = added(tmp_path, source, "from a import b")

    assert after == source.replace("import typing\n", "import typing\n\nfrom a import b\n", 1)


def test_newlines_of_the_file_are_kept(tmp_path: Path) -> None:
    assert added(tmp_path, "import os\r\n\r\nx = 1\r\n", "import sys") == "import os\r\nimport sys\r\n\r\nx = 1\r\n"


SCRIPT = [
    # ESM: merged, quotes and semicolons of the file
    ("a.mjs", "", "import a from 'a'", "import a from 'a';\n"),
    ("a.mjs", 'import a from "a"\n\na()\n', "import b from 'b';", 'import a from "a"\nimport b from "b"\n\na()\n'),
    ("a.mjs", "import { a } from 'a';\n", "import { b, a } from 'a'", "import { a, b } from 'a';\n"),
    ("a.mjs", "import {a, c} from 'a';\n", "import { b } from 'a'", "import {a, b, c} from 'a';\n"),
    ("a.mjs", "import {\n  a,\n  b,\n} from 'a';\n", "import { c as d } from 'a'", "import {\n  a,\n  b,\n  c as d,\n} from 'a';\n"),
    ("a.mjs", "import a from 'a';\n", "import { b } from 'a'", "import a, { b } from 'a';\n"),
    ("a.mjs", "import { b } from 'a';\n", "import a from 'a'", "import a, { b } from 'a';\n"),
    ("a.mjs", "import * as a from 'a';\n", "import { b } from 'a'", "import * as a from 'a';\nimport { b } from 'a';\n"),
    ("a.mjs", "import 'a';\n", "import 'a'", "import 'a';\n"),
    ("a.mjs", "import fs from 'fs';\n\nimport b from './b.js';\n", "import e from 'express'", "import fs from 'fs';\n\nimport e from 'express';\n\nimport b from './b.js';\n"),
    ("a.mjs", "#!/usr/bin/env node\n// Licence.\nrun();\n", "import a from 'a'", "#!/usr/bin/env node\n// Licence.\nimport a from 'a';\n\nrun();\n"),
    # TypeScript: types
    ("a.ts", "import type { A } from 'a';\n", "import type { B } from 'a'", "import type { A, B } from 'a';\n"),
    ("a.ts", "import { A } from 'a';\n", "import type { A } from 'a'", "import { A } from 'a';\n"),
    ("a.ts", "import type { A } from 'a';\n", "import { A } from 'a'", "import type { A } from 'a';\nimport { A } from 'a';\n"),
    # CommonJS: given as ESM, and merged
    ("a.cjs", "", "import a from 'a'", "const a = require('a');\n"),
    ("a.js", "'use strict';\n\nconst a = require('a');\n", "import { b as c } from './b'", "'use strict';\n\nconst a = require('a');\nconst { b: c } = require('./b');\n"),
    ("a.js", "const { a } = require('a')\n", "const { b } = require('a')", "const { a, b } = require('a')\n"),
    ("a.js", "const { a } = require('a');\n", "import { a } from 'a'", "const { a } = require('a');\n"),
    ("a.js", "'use strict';\nrun();\n", "const a = require('a')", "'use strict';\nconst a = require('a');\n\nrun();\n"),
    # ESM: given as require
    ("a.ts", "export const x = 1;\n", "const { a: b } = require('a')", "import { a as b } from 'a';\n\nexport const x = 1;\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "text", "expected"), SCRIPT)
def test_a_javascript_import_takes_the_style_of_the_file(
    tmp_path: Path, path: str, source: str, text: str, expected: str
) -> None:
    assert added(tmp_path, source, text, path) == expected


def test_a_file_without_imports_goes_by_the_type_of_its_package(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')

    assert added(tmp_path, "run();\n", "const a = require('a')", "src/a.js") == "import a from 'a';\n\nrun();\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.py", "x = 1"), ("a.py", ""), ("a.js", "foo()"), ("a.js", "import {"), ("a.py", "import os; x = 1")],
)
def test_what_is_no_import_is_declined(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).write_text("")

    outcome = apply_edits(tmp_path, [Edit(path=path, op="add_import", text=text)])

    assert "statements only" in outcome.text()
