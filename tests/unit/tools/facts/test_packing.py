from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from tools.facts.model import FileFacts
from tools.facts.packing import Damaged, unpack
from tools.facts.reading import read, read_packed

SOURCES: list[tuple[str, str]] = [
    (
        "m.py",
        "from db import make as open_it, other\nimport a.b\n\n@route('/x', methods=[1])\n"
        "async def f(a: int, *rest, key: str = '') -> other.X:\n"
        "    return await open_it('').run(a, f'SELECT 1 FROM {a}')\n",
    ),
    ("m.ts", "import { a as b } from './x'\nexport class C extends b {\n  private x: b = new b('', { key: 1 })\n}\n"),
]


def same(_facts: FileFacts, refs: list[str] | None) -> list[str | None]:
    return list(refs or ())


@pytest.mark.parametrize(("name", "source"), SOURCES, ids=[name for name, _ in SOURCES])
def test_facts_say_the_same_in_whatever_order_they_are_asked(name: str, source: str) -> None:
    data = read_packed(name, source.encode())
    kinds = ("definitions", "calls", "strings", "references", "imports")

    orders: list[Sequence[str]] = [kinds, kinds[::-1]]
    said = []
    for order in orders:
        facts = unpack(data, name, "", same)
        said.append({kind: repr(getattr(facts, kind)) for kind in order})

    assert said[0] == said[1]
    assert all(said[0][kind] != "[]" for kind in ("definitions", "calls", "imports"))


def test_the_empty_string_is_not_the_same_as_no_string() -> None:
    calls = read("m.py", b"a('')\nb()\n").calls

    assert [call.first_string for call in calls] == ["", None]


def test_imports_are_resolved_at_once_and_names_when_they_are_asked_for() -> None:
    asked: list[list[str] | None] = []

    def bind(facts: FileFacts, refs: list[str] | None) -> list[str | None]:
        asked.append(refs)
        return same(facts, refs)

    facts = unpack(read_packed("m.py", b"import a\na.run()\n"), "m.py", "", bind)
    before = list(asked)
    resolved = facts.calls[0].resolved

    assert before == [None]
    assert (resolved, len(asked)) == ("@0:-1|.run", 2)


def test_references_that_lead_nowhere_are_left_out() -> None:
    data = read_packed("m.py", b"from a import b, c\nx = [b, c]\n")

    facts = unpack(data, "m.py", "", lambda _facts, refs: [None if "0:0" in ref else ref for ref in refs or ()])

    assert [fact.name for fact in facts.references] == ["@0:1|"]


@pytest.mark.parametrize("place", [0, 3, 4, 9, -1], ids=str)
def test_one_changed_byte_is_noticed_before_anything_is_made(place: int) -> None:
    data = bytearray(read_packed(*_encoded(SOURCES[0])))
    data[place] ^= 1

    with pytest.raises(Damaged):
        unpack(bytes(data), "m.py", "", same)


def _encoded(source: tuple[str, str]) -> tuple[str, bytes]:
    return source[0], source[1].encode()


def test_threads_that_ask_at_once_are_given_the_same_facts() -> None:
    data = read_packed("m.py", "\n".join(f"x{n} = run(a{n})" for n in range(300)).encode())
    for _ in range(20):
        facts = unpack(data, "m.py", "", same)
        barrier = threading.Barrier(4)
        seen: list[tuple[int, int]] = []

        def ask(
            facts: FileFacts = facts, barrier: threading.Barrier = barrier, seen: list[tuple[int, int]] = seen
        ) -> None:
            barrier.wait()
            seen.append((len(facts.calls), len(facts.definitions)))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert seen == [(300, 300)] * 4
