"""The whole graph over HTTP: a clean success, and a session whose defects are each caught by the earliest gate."""

from __future__ import annotations

from tests.support.repositories import Repo
from tests.support.scripted_model import tool_results

REQUEST = "Add a note to tools: `POST /tools` takes an optional `note`, and every tool shows it."

MODEL = """*** Text: toolshed/models/tool.py
<<<<<<< SEARCH
    retired: Mapped[bool]
=======
    note: Mapped[str | None] = mapped_column(String(200))
    retired: Mapped[bool]
>>>>>>> REPLACE
"""
MIGRATION = '''*** File: migrations/versions/0002_tool_note.py
"""note of a tool"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tools", sa.Column("note", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("tools", "note")
'''
ABOVE = """*** Text: toolshed/schemas/tools.py
<<<<<<< SEARCH
    category: str = Field(min_length=1, max_length=60)
=======
    category: str = Field(min_length=1, max_length=60)
    note: str | None = Field(default=None, max_length=200)
>>>>>>> REPLACE
<<<<<<< SEARCH
    category: str
=======
    category: str
    note: str | None
>>>>>>> REPLACE
*** Replace: toolshed/services/tools.py ToolService.create
async def create(self, name: str, category: str, note: str | None) -> Tool:
    return await self.tools.add(Tool(name=name, category=category, note=note))
*** Replace: toolshed/routes/tools.py create_tool
@router.post("", status_code=status.HTTP_201_CREATED)
async def create_tool(body: ToolIn, service: Service) -> ToolOut:
    return ToolOut.model_validate(await service.create(body.name, body.category, body.note))
"""
TESTS = """*** Text: tests/test_tools.py
<<<<<<< SEARCH
    assert listed == [{"id": drill, "name": "Drill", "category": "power"}]
=======
    assert listed == [{"id": drill, "name": "Drill", "category": "power", "note": None}]


async def test_a_note_is_kept(client: httpx.AsyncClient) -> None:
    body = {"name": "Saw", "category": "hand", "note": "blunt"}
    assert (await client.post("/tools", json=body)).json()["note"] == "blunt"
>>>>>>> REPLACE
"""
PLAN = (
    "plan",
    {"steps": [{"intent": "Add a note to tools", "layers": ["models"], "files": ["toolshed/models/tool.py"]}]},
)
DONE = ("done", {"summary": "Tools have a note."})


def test_a_clean_session_ends_in_a_verified_branch(archwright, sample: Repo):
    (sample.path / "scratch.txt").write_text("the user's own, uncommitted")
    before = sample.fingerprint()

    out = archwright(sample.path, REQUEST, [[PLAN, ("edit", {"changes": MODEL + MIGRATION + ABOVE + TESTS}), DONE]])

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.stderr
    assert len(out.model.requests) == 1
    rungs = out.rungs(-1)
    assert {rungs[name] for name in ("parse", "rules", "lint", "boot", "schema", "queries", "tests", "weakened")} == {
        "green"
    }
    assert [row["status"] for row in out.report["ledger"] if row["binding"] == "stated"] == ["kept"] * 3
    assert out.report["branch"] == "archwright/add-a-note-to-tools-post-tools-takes-an"
    changed = sample.git("diff", "--name-only", "main", out.report["branch"]).split()
    assert "migrations/versions/0002_tool_note.py" in changed
    assert "toolshed/models/tool.py" not in out.report["drift"]
    assert "toolshed/routes/tools.py" in out.report["drift"]
    assert sample.fingerprint() == before, "the user's tree was touched"


BROKEN = """*** File: toolshed/services/labels.py
def label(tool:
    return tool.name
"""
WRONG = """*** Text: toolshed/repositories/tools.py
<<<<<<< SEARCH
from toolshed.models import Loan, Tool
=======
from toolshed.models import Loan, Tool
from toolshed.services.loans import LoanService
>>>>>>> REPLACE
<<<<<<< SEARCH
        query = select(Tool).where(Tool.retired.is_(False)).order_by(Tool.id)
=======
        query = select(Tool).where(Tool.retired.is_(False)).order_by(text("position"))
>>>>>>> REPLACE
<<<<<<< SEARCH
        await self.session.flush()
=======
        self.session.flush()
>>>>>>> REPLACE
*** Import: toolshed/repositories/tools.py
from sqlalchemy import text
*** After: toolshed/routes/tools.py retire_tool
@router.get("/{tool_id}/raw")
async def raw(tool_id: int, session: Session) -> dict[str, int]:
    found = await session.execute(text("SELECT id FROM tools"))
    return {"count": len(found.all())}
*** Import: toolshed/routes/tools.py
from sqlalchemy import text
from toolshed.dependencies import Session
from toolshed.repositories.tools import ToolRepository
*** Text: toolshed/services/tools.py
<<<<<<< SEARCH
from toolshed.errors import Conflict, NotFound
=======
import requests

from toolshed.errors import Conflict, NotFound
>>>>>>> REPLACE
*** Text: tests/test_loans.py
<<<<<<< SEARCH
    assert (first.status_code, second.status_code) == (201, 409)
=======
    assert True
>>>>>>> REPLACE
"""


def test_each_defect_is_caught_by_the_earliest_gate_and_repaired(archwright, sample: Repo):
    seen: list[list[str]] = []

    def shown(turn):
        def answer(body):
            seen.append(tool_results(body))
            return turn

        return answer

    restore = "git checkout -q HEAD -- toolshed/repositories toolshed/routes tests/test_loans.py && "
    out = archwright(
        sample.path,
        REQUEST,
        [
            [PLAN, ("edit", {"changes": BROKEN + MODEL + WRONG}), DONE],
            shown(
                [
                    (
                        "edit",
                        {"changes": "*** File: toolshed/services/labels.py\ndef label(tool):\n    return tool.name\n"},
                    ),
                    DONE,
                ]
            ),
            shown(
                [
                    ("shell", {"command": restore + "sed -i '/^import requests/,+1d' toolshed/services/tools.py"}),
                    ("edit", {"changes": MIGRATION + ABOVE + TESTS}),
                    DONE,
                ]
            ),
        ],
    )

    assert (out.code, out.report["outcome"]) == (0, "achieved"), out.stderr
    # At the edit: what is certain of any code, before any gate.
    at_edit = seen[0][1]
    assert all(word in at_edit for word in ("SYNTAX toolshed/services/labels.py:1", "layer-upward", "layer-skip"))
    assert "sql-outside-repositories toolshed/routes/tools.py" in at_edit
    assert "missing-await toolshed/repositories/tools.py" in at_edit
    # Gate 1: a file that does not parse stops what would run it.
    assert out.rungs(0)["parse"] == "red"
    assert out.rungs(0)["tests"] == "not_checked"
    # Gate 2: everything else, each where it is cheapest to see.
    caught = out.rules(1)
    table = {
        "layer-upward": "rules",
        "layer-skip": "rules",
        "sql-outside-repositories": "rules",
        "missing-await": "rules",
        "undeclared-dependency": "rules",
        "missing-migration": "schema",
        "weakened-test": "weakened",
    }
    assert {rule: caught.get(rule) for rule in table} == table
    assert out.rungs(2)["tests"] == "green"
    assert out.report["spent"]["red_gates"] == 2
    assert len(out.model.requests) == 3


def test_a_wrong_column_is_named_where_the_query_stands(archwright, sample: Repo):
    wrong = """*** Text: toolshed/repositories/tools.py
<<<<<<< SEARCH
.order_by(Tool.id)
=======
.order_by(text("position"))
>>>>>>> REPLACE
*** Import: toolshed/repositories/tools.py
from sqlalchemy import text
"""
    out = archwright(
        sample.path,
        "List tools by their position.",
        [[("edit", {"changes": wrong}), DONE], [("shell", {"command": "git checkout -q HEAD -- ."}), DONE]],
    )

    findings = [f for rung in out.report["gates"][0]["rungs"] if rung["name"] == "queries" for f in rung["findings"]]
    assert [f["rule"] for f in findings] == ["unknown-column"]
    assert findings[0]["path"] == "toolshed/repositories/tools.py"
    assert findings[0]["line"] > 0


def test_a_model_that_talks_and_does_nothing_ends_the_run_with_its_own_code(archwright, sample: Repo):
    out = archwright(sample.path, REQUEST, ["I would start by looking at the code."])

    assert out.code == 4
    assert "without a tool call" in out.report["reason"]
    assert out.report["branch"] is None
    assert sample.git("branch", "--list", "archwright/*") == ""


def test_a_model_that_repeats_itself_without_effect_is_stopped(archwright, sample: Repo):
    out = archwright(sample.path, REQUEST, [[("shell", {"command": "ls missing"})]])

    assert (out.code, out.report["outcome"]) == (1, "gave up")
    assert len(out.model.requests) == 4
