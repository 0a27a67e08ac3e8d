from agent.brief import task_message
from agent.conversation import estimate_tokens
from agent.status import status_line
from tests.support.command import NOTES


def test_a_small_repository_is_shown_whole_and_its_commands_are_named(make_deps):
    message = task_message(make_deps())
    assert all(text.strip() in message for path, text in NOTES.items() if path.endswith(".py"))
    assert "python -m unittest discover -s tests" in message
    assert "python server.py" in message


def test_an_empty_repository_says_so(make_deps):
    assert "The folder is empty." in task_message(make_deps({}))


def test_code_in_an_unknown_language_is_shown_and_is_no_empty_folder(make_deps):
    message = task_message(make_deps({"app.rb": "puts 'first'\n"}))
    assert "puts 'first'" in message
    assert "follow the code that is there" in message


def test_the_brief_of_a_large_repository_keeps_its_budget_and_shows_what_the_request_names(make_deps):
    body = "".join(f"def part_{number}():\n    return {number}\n\n\n" for number in range(60))
    files = {f"area{number % 9}/thing_{number}.py": body for number in range(240)}
    message = task_message(make_deps({**files, "loans.py": "def lend():\n    return 'lent'\n"}, text="Extend loans"))
    assert estimate_tokens(message) < 15_000
    assert "return 'lent'" in message


def test_the_status_line_takes_800_tokens_at_most_and_names_what_is_open(make_deps, begun):
    deps = make_deps(constraints=("architecture=clean", "database=postgres"))
    deps.desk.workspace.resolve("x")
    wrong = "\n".join(f"from missing_{number} import {'x' * 90}_{number}" for number in range(80))
    for number in range(9):
        (deps.desk.root / f"{'long' * 40}_{number}.py").write_text(wrong)
    deps.desk.sync()
    step = {"intent": "word " * 60, "layers": [], "files": []}
    state = begun(deps, turns=3, plan=[step, step], gate={"rules": "red", "parse": "green"})

    line = status_line(state, deps)

    assert estimate_tokens(line) <= 800
    assert all(word in line for word in ("step 1/2", "architecture=clean", "Last gate: rules red", "`gate`"))


def test_the_first_turn_and_plain_mode_have_no_status_line(make_deps, begun):
    deps = make_deps(mode="plain")
    assert status_line(begun(deps, turns=4), deps) == ""
