import time

import pytest

from agent.model import ToolCall
from agent.toolbox import Toolbox, schemas
from tests.support.command import SECOND


@pytest.fixture
def use(make_deps):
    def toolbox(deps=None, mode="full", **more):
        deps = deps or make_deps()
        box = Toolbox(deps.desk, mode, lambda arguments: f"plan of {arguments}", **more)
        return lambda name, **arguments: box.execute(ToolCall(id="1", name=name, arguments=arguments))

    return toolbox


def names(found):
    return [schema["function"]["name"] for schema in found]


def test_the_schemas_are_few_and_plain_mode_is_a_shell():
    assert names(schemas("full", steps=1)) == ["shell", "edit", "look", "plan", "done"]
    assert names(schemas("full", steps=2)) == ["shell", "edit", "look", "plan", "gate", "done"]
    assert names(schemas("plain", steps=2)) == ["shell", "done"]


def test_a_tool_that_a_mode_does_not_have_is_named_with_those_it_has(use):
    answer = use(mode="plain")("edit", changes="*** File: a.py\n")
    assert answer.startswith("error: there is no tool 'edit'")
    assert "shell" in answer


@pytest.mark.parametrize("timeout", ["soon", -1, "nan", [1], {"a": 1}])
def test_a_timeout_that_is_none_is_an_answer(use, timeout):
    assert "must be a number of seconds" in use()("shell", command="true", timeout=timeout)


def test_no_command_goes_on_beyond_the_end_of_the_run(use):
    began = time.monotonic()
    answer = use(deadline=began - 5)("shell", command="sleep 60", timeout=1e999)
    assert answer.startswith("timed out")


def test_a_command_that_takes_the_folder_and_gits_link_away_leaves_both_usable(use):
    shell = use()
    shell("shell", command="chmod 000 . ; rm -rf .git")
    assert shell("shell", command="git status --short").startswith("exit 0")


def test_the_answer_to_an_edit_tells_each_edit_and_the_new_findings(use):
    broken = "*** File: more.py\ndef (:\n*** Replace: notes.py nothing\nx\n"
    answer = use()("edit", changes=SECOND[1]["changes"] + broken)
    assert answer.startswith("not all landed: ok notes.py")
    assert "SYNTAX more.py:1" in answer
    assert "has no symbol nothing" in answer


def test_a_rename_leaves_no_facts_of_the_old_name(use, make_deps):
    deps = make_deps()
    use(deps)("shell", command="mv notes.py remarks.py && mv tests/test_notes.py tests/test_remarks.py")
    assert {"remarks.py", "tests/test_remarks.py"} <= set(deps.desk.project.files)
    assert not {"notes.py", "tests/test_notes.py"} & set(deps.desk.project.files)


@pytest.mark.parametrize("path", ["notes.py", "tests/../notes.py", "./notes.py"])
def test_no_spelling_of_a_path_gets_around_the_scope(use, make_deps, path):
    answer = use(make_deps(scope=("tests/*",)))("edit", changes=f"*** File: {path}\nx = 1\n")
    assert answer.startswith("refused: notes.py is outside the scope")


def test_look_takes_a_single_path_and_answers_for_each_of_several(use):
    look = use()
    assert "def all_notes" in look("look", paths="notes.py")
    several = look("look", paths=["../outside.py", "notes.py", "missing.py"])
    assert "outside the workspace" in several
    assert "def all_notes" in several
    assert "missing.py: there is no such file" in several
    assert look("look").splitlines() == ["Procfile", "notes.py", "server.py", "tests/test_notes.py"]
