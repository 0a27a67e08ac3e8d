"""Ways to make tests promise less, and honest changes that must pass."""

from __future__ import annotations

import pytest

from tools.weakened import weakened_tests
from tools.workspace_store import Change

BASE = """
import pytest


class TestArticles:
    def test_create(self, client):
        response = client.post("/articles", json={"title": "x"})
        assert response.status_code == 201
        assert response.json()["title"] == "x"


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_limit(client, limit):
    assert len(client.get(f"/articles?limit={limit}").json()) <= limit


def test_missing(client):
    with pytest.raises(LookupError):
        client.find("nothing")
"""

JS_BASE = """
describe('articles', () => {
  it('creates', async () => {
    const response = await post('/articles', { title: 'x' });
    expect(response.status).toBe(201);
    expect(response.body.title).toEqual('x');
  });
  it('lists', async () => {
    assert.strictEqual((await get('/articles')).length, 0);
  });
});
"""


def messages(before: str | None, now: str | None, path: str = "tests/test_articles.py", **more: tuple) -> list[str]:
    files = {path: (before, now), **more}
    changes = []
    for name, (old, new) in files.items():
        kind = "added" if old is None else "deleted" if new is None else "modified"
        changes.append(Change(path=name, kind=kind))
    findings = weakened_tests(
        changes,
        lambda name: files[name][0].encode() if files.get(name, (None,))[0] is not None else None,
        lambda name: files[name][1].encode() if files.get(name, (None, None))[1] is not None else None,
    )
    assert all(finding.rule == "weakened-test" and finding.severity == "error" for finding in findings)
    return [finding.message for finding in findings]


WEAKER = [
    ("def test_missing", "def missing", "test test_missing was deleted"),
    (
        "class TestArticles",
        "@pytest.mark.skip\nclass TestArticles",
        "test TestArticles.test_create is now marked skip",
    ),
    ("def test_missing", "@pytest.mark.xfail(reason='later')\ndef test_missing", "is now marked xfail"),
    ("def test_missing", "@pytest.mark.skipif(True, reason='x')\ndef test_missing", "is now marked skipif"),
    ('assert response.json()["title"] == "x"', "pass", "has 1 real assertions, 2 before"),
    ('assert response.json()["title"] == "x"', "assert True", "has 1 real assertions, 2 before"),
    ('assert response.json()["title"] == "x"', "assert response", "asserts less on response.json()"),
    (
        "response.status_code == 201",
        "response.status_code in (201, 500)",
        "asserts less on response.status_code",
    ),
    ("response.status_code == 201", "response.status_code == 201 or True", "has 1 real assertions, 2 before"),
    (
        "response.status_code == 201",
        "response.status_code == response.status_code",
        "1 real assertions, 2 before",
    ),
    ("[1, 2, 50]", "[1]", "runs 1 parameter sets, 3 before"),
    ("raises(LookupError)", "raises(Exception)", "asserts less on with pytest.raises"),
    (
        "        assert response.status_code == 201",
        "        return\n        assert response.status_code == 201",
        "has 0 real assertions, 2 before",
    ),
    ("    with pytest.raises", "    pytest.skip('x')\n    with pytest.raises", "is now marked skip"),
    (
        "import pytest\n",
        "import pytest\npytestmark = pytest.mark.skip\n",
        "all tests of this file are now marked skip",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), WEAKER)
def test_a_test_that_promises_less_is_an_error(old, new, expected):
    assert BASE.count(old) == 1

    found = messages(BASE, BASE.replace(old, new))

    assert [text for text in found if expected in text]


def test_an_assertion_in_a_try_that_swallows_it_does_not_count():
    swallowed = BASE.replace(
        "        assert response.status_code == 201\n",
        "        try:\n            assert response.status_code == 201\n"
        "        except AssertionError:\n            pass\n",
    )

    assert ["has 1 real assertions, 2 before" in text for text in messages(BASE, swallowed)] == [True]


def test_a_deleted_file_names_each_of_its_tests():
    assert len(messages(BASE, None)) == 3


@pytest.mark.parametrize(
    "now",
    [
        BASE + "\n\ndef test_more(client):\n    assert client\n",
        BASE.replace("def test_missing", "def test_missing_article"),
        BASE.replace('== "x"', '== "y"').replace("201", "200"),
        BASE.replace("class TestArticles:", "class TestArticleRoutes:"),
        BASE.replace("    def test_create", "    @pytest.mark.asyncio\n    async def test_create"),
        BASE.replace(
            "        assert response.status_code == 201\n",
            '        assert response.status_code == 201, "m"\n',
        ),
    ],
)
def test_honest_changes_pass(now):
    assert messages(BASE, now) == []


def test_a_test_that_moved_to_another_file_is_no_deletion():
    kept, moved = BASE.split("def test_missing")
    moved = "import pytest\n\n\ndef test_missing" + moved

    assert messages(BASE, kept, **{"tests/test_moved.py": (None, moved)}) == []


JS_WEAKER = [
    ("it('lists'", "it.skip('lists'", "is now marked skip"),
    ("it('lists'", "xit('lists'", "is now marked skip"),
    ("it('lists'", "it.only('lists'", "is marked only"),
    ("describe('articles'", "describe.skip('articles'", "is now marked skip"),
    ("expect(response.status).toBe(201)", "expect(true).toBe(true)", "has 1 real assertions, 2 before"),
    (
        "expect(response.status).toBe(201)",
        "expect(response.status).toBeDefined()",
        "asserts less on response.status",
    ),
    ("it('lists'", "notATest('lists'", "was deleted"),
]


@pytest.mark.parametrize(("old", "new", "expected"), JS_WEAKER)
def test_javascript_tests_are_compared_too(old, new, expected):
    assert JS_BASE.count(old) == 1

    found = messages(JS_BASE, JS_BASE.replace(old, new), path="src/articles.test.ts")

    assert [text for text in found if expected in text]


def test_an_honest_javascript_change_passes():
    now = JS_BASE.replace("toBe(201)", "toBe(200)").replace("'lists'", "'lists nothing'")

    assert messages(JS_BASE, now, path="src/articles.spec.js") == []


@pytest.mark.parametrize(
    ("path", "before", "now", "expected"),
    [
        ("tests/conftest.py", "x = 1\n", "collect_ignore = ['test_a.py']\n", "left out of the collection"),
        (
            "tests/conftest.py",
            "x = 1\n",
            "def pytest_collection_modifyitems(items):\n    items[:] = items[:1]\n",
            "left out of the collection",
        ),
        ("pytest.ini", "[pytest]\naddopts = -q\n", "[pytest]\naddopts = -q -k 'not slow'\n", "-k 'not slow'"),
        (
            "pytest.ini",
            "[pytest]\naddopts = -q\n",
            "[pytest]\naddopts = -q --ignore=tests/a\n",
            "--ignore=tests/a",
        ),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
            "[tool.pytest.ini_options]\ntestpaths = ['tests/unit']\n",
            "testpaths",
        ),
        (
            "package.json",
            '{"scripts": {"test": "jest"}}',
            '{"scripts": {"test": "jest || true"}}',
            "the test script changed",
        ),
    ],
)
def test_settings_that_leave_tests_out_are_seen(path, before, now, expected):
    assert [text for text in messages(before, now, path=path) if expected in text]


def test_harmless_settings_pass():
    before = "[pytest]\naddopts = -q\n"

    assert messages(before, "[pytest]\naddopts = -q --strict-markers\nasyncio_mode = auto\n", path="pytest.ini") == []


def test_a_file_that_does_not_parse_is_left_to_the_parse_rung():
    assert messages(BASE, "def broken(:\n") == []
