"""Does a file parse? The language's own parser says so: never a broken file goes by unseen, never a false alarm.

Python: ``compile()``, in this process when the target's interpreter has our minor version, else in the
target's. JavaScript: what ``node --check`` does, for all files in one node process. TypeScript and JSX: the
``typescript`` of the target's own ``node_modules``. JSON and TOML: the standard library. Anything else, and
whatever lacks its tool here, is None: cannot tell.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
import warnings
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

from tools.editing.javascript_imports import package_type
from tools.editing.judge_scripts import NODE_SCRIPT, PYTHON_SCRIPT
from tools.editing.languages import Language, language_of, parse
from tools.findings import Finding, Severity

if TYPE_CHECKING:
    from tools.shell import Shell

RULE = "parse"
"""The rule id of findings made here."""
_CHUNK = 96_000
"""Bytes per argument: Linux takes 128 KB in one."""
_TOTAL = 1_200_000
"""Bytes of arguments in one call, well under the usual 2 MB."""
_COMMENTED_JSON = re.compile(r"(?:ts|js)config.*\.json$|\.jsonc$|(?:^|/)\.(?:vscode|devcontainer)/")

Verdicts: TypeAlias = dict[str, list[Finding] | None]


class Judge:
    """Says whether sources parse; one judge serves a whole run."""

    def __init__(self, shell: Shell | None, interpreter: str | None = None, node: str | None = None) -> None:
        """Keep what is needed to run the target's parsers.

        Args:
            shell: runs them, inside the sandbox; None leaves only what this process can say itself.
            interpreter: the target's Python; None means any of our minor version.
            node: the target's node; None means that JavaScript cannot be told.
        """
        self._shell = shell
        self._interpreter = interpreter
        self._node = node
        self._same_python: bool | None = None

    def judge(self, path: str, source: bytes, root: Path | None = None) -> list[Finding] | None:
        """Return the syntax errors of one source (bytes as on disk); None when nobody here can tell.

        Args:
            path: POSIX path relative to ``root``; its suffix names the language.
            source: the bytes as they are or would be on disk.
            root: the workspace, for package.json and node_modules.
        """
        return self.judge_all({path: source}, root)[path]

    def judge_all(self, sources: Mapping[str, bytes], root: Path | None = None) -> Verdicts:
        """Return the syntax errors of each source; all of one language are judged by one process."""
        verdicts: Verdicts = {path: _by_standard_library(path, source) for path, source in sources.items()}
        python = {p: s for p, s in sources.items() if language_of(p) is Language.PYTHON}
        script = {p: s for p, s in sources.items() if language_of(p) not in (None, Language.PYTHON)}
        if python:
            verdicts.update(self._python(python))
        if script and self._shell is not None and self._node is not None:
            verdicts.update(self._script(script, root))
        return verdicts

    def _python(self, sources: Mapping[str, bytes]) -> Verdicts:
        if self._has_our_python():
            return {path: compile_errors(path, source) for path, source in sources.items()}
        if self._shell is None or self._interpreter is None:
            return dict.fromkeys(sources)
        command = [self._interpreter, "-I", "-S", "-c", PYTHON_SCRIPT]
        return self._run(command, [{"path": p, "source": _encoded(s)} for p, s in sources.items()])

    def _has_our_python(self) -> bool:
        if self._same_python is None:
            self._same_python = self._interpreter is None or self._asks_version()
        return self._same_python

    def _asks_version(self) -> bool:
        """Whether the target's interpreter has our minor version: its pyvenv.cfg says so, else it is asked."""
        assert self._interpreter is not None
        own = f"{sys.version_info.major}.{sys.version_info.minor}"
        if self._interpreter == sys.executable:
            return True
        config = Path(self._interpreter).parent.parent / "pyvenv.cfg"
        if config.is_file():
            match = re.search(r"^version\w*\s*=\s*(\d+\.\d+)", config.read_text("utf-8", "replace"), re.MULTILINE)
            if match:
                return match.group(1) == own
        if self._shell is None:
            return False
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        result = self._shell.run([self._interpreter, "-I", "-S", "-c", code], timeout=30.0)
        return result.exit_code == 0 and result.output.strip() == own

    def _script(self, sources: Mapping[str, bytes], root: Path | None) -> Verdicts:
        assert self._node is not None
        jobs: list[dict[str, Any]] = [
            {
                "path": path,
                "folder": str((root / path).parent) if root is not None else "",
                "kind": script_kind(path, source, root),
                "source": _encoded(source),
            }
            for path, source in sources.items()
        ]
        command = [self._node, "--experimental-vm-modules", "--no-warnings", "-e", NODE_SCRIPT, "--"]
        return self._run(command, jobs)

    def _run(self, command: Sequence[str], jobs: Sequence[Mapping[str, Any]]) -> Verdicts:
        """Hand jobs to a process as compressed arguments (stdin is closed, files may not be visible there)."""
        verdicts: Verdicts = {}
        for batch in _batches(jobs):
            packed = base64.b64encode(zlib.compress(json.dumps(batch).encode(), 1)).decode()
            chunks = [packed[i : i + _CHUNK] for i in range(0, len(packed), _CHUNK)]
            assert self._shell is not None
            result = self._shell.run([*command, *chunks], timeout=60.0, cap=400_000)
            answer = _answer(result.output) if result.exit_code == 0 else None
            verdicts.update({job["path"]: None for job in batch})
            for path, errors in (answer or {}).items():
                verdicts[path] = None if errors is None else [_finding(path, *error) for error in errors]
        return verdicts


def compile_errors(path: str, source: bytes) -> list[Finding]:
    """Return what this interpreter's ``compile()`` says against a Python source; nothing is executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        kind = type(error).__name__ if type(error) is not SyntaxError else "SyntaxError"
        return [_finding(path, error.lineno or 0, error.offset or 0, f"{kind}: {error.msg}")]
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        return [_finding(path, 0, 0, f"{type(error).__name__}: {error}")]
    return []


def script_kind(path: str, source: bytes, root: Path | None) -> str:
    """How to parse a script: module, commonjs, either (package.json does not say), typescript, or unknown (Flow)."""
    suffix = PurePosixPath(path).suffix
    if suffix in (".ts", ".mts", ".cts", ".tsx", ".jsx"):
        return "typescript"
    if suffix in (".mjs", ".cjs"):
        return "module" if suffix == ".mjs" else "commonjs"
    if b"@flow" in source[:2_000]:
        return "unknown"
    if _has_jsx(source):
        return "typescript"  # node cannot read it, though it may be right for this project's build
    kind = package_type(root, path) if root is not None else ""
    return {"module": "module", "commonjs": "commonjs"}.get(kind, "either")


def _has_jsx(source: bytes) -> bool:
    if b"</" not in source and b"/>" not in source:
        return False
    stack = [parse(source, Language.JAVASCRIPT).root_node]
    while stack:
        node = stack.pop()
        if node.type in ("jsx_element", "jsx_self_closing_element"):
            return True
        stack.extend(node.children)
    return False


def _by_standard_library(path: str, source: bytes) -> list[Finding] | None:
    if path.endswith(".json") and not _COMMENTED_JSON.search(path):
        try:
            json.loads(source)
        except json.JSONDecodeError as error:
            return [_finding(path, error.lineno, error.colno, f"JSON: {error.msg}")]
        except (ValueError, RecursionError) as error:
            return [_finding(path, 0, 0, f"JSON: {error}")]
        return []
    if path.endswith(".toml"):
        try:
            tomllib.loads(source.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            line, column = (int(g) for g in place.groups()) if place else (0, 0)
            return [_finding(path, line, column, f"TOML: {str(error).partition(' (at line')[0]}")]
        return []
    return None


def _finding(path: str, line: int, column: int, message: str) -> Finding:
    where = f" (column {column})" if column else ""
    return Finding(rule=RULE, severity=Severity.ERROR, path=path, line=line, message=message + where)


def _encoded(source: bytes) -> str:
    return base64.b64encode(source).decode()


def _batches(jobs: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Cut jobs into calls whose arguments surely fit, as if they did not compress."""
    batches: list[list[Mapping[str, Any]]] = []
    size = _TOTAL
    for job in jobs:
        weight = len(job["source"])
        if size + weight > _TOTAL:
            batches.append([])
            size = 0
        batches[-1].append(job)
        size += weight
    return batches


def _answer(output: str) -> dict[str, list[tuple[int, int, str]] | None] | None:
    """Read the last line of a script's output; None when it is not the answer."""
    last = output.strip().rpartition("\n")[2]
    try:
        found = json.loads(last)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {p: None if e is None else [(x[0], x[1], x[2]) for x in e] for p, e in found.items()}
