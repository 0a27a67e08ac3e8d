from __future__ import annotations

import pytest

from tools.errors import ToolError
from tools.syntax import find_symbol, language_of, outline

PYTHON = b'''"""Doc."""
import os

LIMIT: int = 3
type Pair = tuple[int, int]


@router.get("/x")
@limited
async def listing(a,
                  b):
    def inner():
        local = 1

    return inner


class ArticleRepository(Base):
    table = "articles"

    class Meta:
        def run(self): ...

    @property
    def value(self): return 1

    @value.setter
    def value(self, x): self.x = x

    @overload
    def list(self) -> int: ...
    def list(self): return 2


if TYPE_CHECKING:
    def shim(): ...
'''

SCRIPT = b"""const router = express.Router(), other = () => 1;
module.exports = {
  list() {},
  get: async (x) => x,
  nested: { deep: function () {} },
};
exports.helper = module.exports.alias = function () { function within() {} };
Thing.prototype.run = function run() {};
class Thing {
  #secret = 1;
  static make = () => new Thing();
  get size() { return 1; }
  set size(v) {}
  'quoted'() {}
  [Symbol.iterator]() {}
}
const store = defineStore('s', { actions: { load() {} } });
for (const f = () => 1, n = 0; ;) {}
function* gen() { const arrow = () => 1; const plain = 1; }
(function () { function inIife() {} })();
"""

TYPED = b"""@Injectable()
export class Service {
  @Input() name: string;
  constructor(private x: X) {}
  list(): void;
  @Get() list(a?: any) {}
  abstract go(): void;
}
export interface Shape { a: string; b(): void }
export type Alias = { c: number };
enum Color { Red = 1, Blue }
namespace Space.Inner { export const y = 1; }
declare function ambient(): void;
export default class extends Base { run() {} }
export const handler: Handler = async () => {};
"""


def names(path: str, source: bytes) -> list[str]:
    return [s.name for s in outline(path, source)]


def test_python_symbols_are_named_through_classes_functions_and_conditions() -> None:
    assert names("a.py", PYTHON) == [
        "LIMIT", "Pair", "listing", "listing.inner",
        "ArticleRepository", "ArticleRepository.table", "ArticleRepository.Meta", "ArticleRepository.Meta.run",
        "ArticleRepository.value", "ArticleRepository.value", "ArticleRepository.list", "ArticleRepository.list",
        "shim",
    ]  # fmt: skip


def test_decorators_belong_to_the_symbol() -> None:
    symbol = find_symbol("a.py", PYTHON, "listing")

    assert PYTHON[symbol.start_byte : symbol.end_byte].startswith(b'@router.get("/x")')
    assert (symbol.start_line, symbol.head_line, symbol.end_line) == (8, 10, 15)
    assert symbol.signature == "async def listing(a, b)"


def test_javascript_symbols_are_named_by_what_they_are_assigned_to() -> None:
    assert names("a.js", SCRIPT) == [
        "router", "other",
        "module.exports", "module.exports.list", "module.exports.get", "module.exports.nested",
        "module.exports.nested.deep",
        "exports.helper", "module.exports.alias", "module.exports.alias.within",
        "Thing.prototype.run",
        "Thing", "Thing.#secret", "Thing.make", "Thing.size", "Thing.size", "Thing.quoted", "Thing.[Symbol.iterator]",
        "store", "store.actions", "store.actions.load",
        "gen", "gen.arrow", "inIife",
    ]  # fmt: skip


def test_typescript_has_interfaces_types_enums_namespaces_overloads_and_default_exports() -> None:
    assert names("a.ts", TYPED) == [
        "Service", "Service.name", "Service.constructor", "Service.list", "Service.list", "Service.go",
        "Shape", "Shape.a", "Shape.b", "Alias", "Alias.c", "Color", "Color.Red", "Color.Blue",
        "Space.Inner", "Space.Inner.y", "ambient", "default", "default.run", "handler",
    ]  # fmt: skip


def test_decorators_and_export_belong_to_a_typescript_symbol() -> None:
    service = find_symbol("a.ts", TYPED, "Service")
    listing = find_symbol("a.ts", TYPED, "Service.list@6")

    assert TYPED[service.start_byte : service.end_byte].startswith(b"@Injectable()\nexport class")
    assert TYPED[listing.start_byte : listing.end_byte] == b"@Get() list(a?: any) {}"


def test_export_default_is_found_by_its_own_name_and_as_default() -> None:
    source = b"export default async function main() {}\n"

    assert find_symbol("a.mjs", source, "default") == find_symbol("a.mjs", source, "main")


@pytest.mark.parametrize("asked", ["Meta.run", "run()", "ArticleRepository::Meta::run"])
def test_the_end_of_a_dotted_name_is_enough_where_only_one_symbol_has_it(asked: str) -> None:
    assert find_symbol("a.py", PYTHON, asked).name == "ArticleRepository.Meta.run"


def test_an_ambiguous_name_lists_its_candidates_and_a_line_picks_one() -> None:
    with pytest.raises(ToolError, match=r"value@25, .*value@28"):
        find_symbol("a.py", PYTHON, "ArticleRepository.value")

    assert find_symbol("a.py", PYTHON, "ArticleRepository.value@28").start_line == 27


def test_a_line_without_such_a_symbol_names_the_lines_that_have_one() -> None:
    with pytest.raises(ToolError, match="no value at line 3, but at 25, 28"):
        find_symbol("a.py", PYTHON, "value@3")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("ArticleRepositry.list", "ArticleRepository.list"), ("Other.run", "Meta.run"), ("listng", "listing")],
)
def test_an_unknown_name_is_answered_with_the_nearest_real_one(asked: str, nearest: str) -> None:
    with pytest.raises(ToolError, match=f"nearest: .*{nearest}"):
        find_symbol("a.py", PYTHON, asked)


def test_a_file_that_does_not_parse_still_shows_the_symbols_around_the_error() -> None:
    source = b"def good(): pass\n\ndef bad(:\n    x = (\n\nclass Later:\n    def run(self): pass\n"

    assert "good" in names("a.py", source)


def test_deeply_nested_expressions_do_not_overflow_the_walk() -> None:
    source = b"const x = " + b"1 + " * 20_000 + b"1;\nfunction after() {}\n"

    assert names("a.js", source) == ["x", "after"]


def test_lone_carriage_returns_and_a_byte_order_mark_do_not_move_symbols() -> None:
    source = b"\xef\xbb\xbfdef a():\r    pass\rdef b():\r    pass\r"

    assert [s.start_line for s in outline("a.py", source)] == [1, 3]


def test_languages_go_by_suffix() -> None:
    assert [str(language_of(f"a{s}")) for s in (".py", ".cjs", ".jsx", ".mts", ".tsx", ".md")] == [
        "python", "javascript", "javascript", "typescript", "tsx", "None",
    ]  # fmt: skip


def test_binary_files_have_no_outline() -> None:
    with pytest.raises(ToolError, match="binary"):
        outline("a.py", b"x = 1\0")
