"""``--since REF``: which findings were there before the change, by checking the commit that it starts from, too."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from tools.constraints.baseline import Baseline
from tools.constraints.file import FILE
from tools.detect import Application, detect
from tools.facts.index import SKIPPED_FOLDERS, Index
from tools.facts.store import Store
from tools.findings import Finding
from tools.plain import from_plain, to_plain
from tools.results import ourselves as ourselves
from tools.verify.adopt import Older, adopt
from tools.verify.checker import Checker
from tools.verify.result import CheckResult
from tools.verify.rule import Change
from tools.workspace_since import Base, base_of, base_tree, texts_before, tree_name

_MAX_LINES = 5_000
"""Longer files are not compared line by line."""

Again = Callable[[Path], CheckResult]
"""Checks the repository at a path as the user asked for it, by the rules that are stated there."""


@dataclass
class Since:
    """The change since a commit."""

    base: Base

    @classmethod
    def open(cls, root: Path, ref: str) -> Since:
        """The change from the merge base of `ref` and HEAD to the files as they are.

        Raises EnvironmentFault, with what to do, when git cannot tell.
        """
        return cls(base_of(root, ref))

    @cached_property
    def change(self) -> Change:
        """What protected paths and weakened tests are judged by."""
        return Change(self.base.paths, texts_before(self.base))

    def older(
        self, result: CheckResult, again: Again, cache_dir: Path | None = None, *, baseline: Baseline | None = None
    ) -> Older:
        """What the base breaks of the rules that hold now.

        Where the change touches the file that states the rules, what the base broke by its own rules is old as well:
        a layer that moved together with its entry in the file brings nothing new.

        Args:
            result: The check of the files as they are.
            again: Checks the base by its own rules.
            cache_dir: Where the index keeps facts.
            baseline: What it holds needs no comparison, which takes as long as the check.
        """
        if not self.base.paths:  # nothing has changed
            return Older(ref=self.base.ref, findings=result.findings)
        if all(self._is_new(f.path) for f in adopt(result, self.base.root, baseline=baseline).findings):
            return Older(ref=self.base.ref, findings=())
        own = self._restates()
        memory = _Memory(cache_dir, self.base, result)
        found = None if own else memory.recall()
        if found is None:
            found = self._find(result, again if own else None, cache_dir)
            if not own:
                memory.keep(found)
        moved = _mover(self.base.renames)
        return Older(ref=self.base.ref, findings=[moved(f) for f in found], added=self.added)

    def _find(self, result: CheckResult, again: Again | None, cache_dir: Path | None) -> list[Finding]:
        with base_tree(self.base) as (folder, listed):
            files = [path for path in listed if not SKIPPED_FOLDERS.intersection(path.split("/")[:-1])]
            found = _check(folder, files, result, cache_dir)
            return found if again is None else _union(found, again(folder).findings)

    def _restates(self) -> bool:
        """Does the change touch what the repository states about itself?"""
        if "pyproject.toml" in self.base.paths:
            now = self.base.root / "pyproject.toml"
            texts = [self.change.before.get("pyproject.toml") or ""]
            texts += [now.read_text(encoding="utf-8", errors="replace")] if now.is_file() else []
            if any("tool.archwright" in text for text in texts):
                return True
        return FILE in self.base.paths

    def _is_new(self, path: str) -> bool:
        """There was no such file, under no name: nothing of it can be old."""
        touched = self.change.before.get(path, "")
        return touched is None and path not in self.base.renames.values()

    def added(self, path: str) -> frozenset[int]:
        """The lines of a file that the change added or edited; none when nobody can tell."""
        old = next((before for before, now in self.base.renames.items() if now == path), path)
        text = self.change.before.get(old)
        if text is None:
            return frozenset()
        try:
            now = (self.base.root / path).read_bytes().decode("utf-8", "replace").split("\n")
        except OSError:
            return frozenset()
        before = text.split("\n")
        if max(len(before), len(now)) > _MAX_LINES:
            return frozenset()
        codes = SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
        return frozenset(n for tag, _, _, start, end in codes if tag != "equal" for n in range(start + 1, end + 1))


class _Memory:
    """The findings of a base that was checked before: its tree never changes."""

    def __init__(self, cache_dir: Path | None, base: Base, result: CheckResult) -> None:
        tree = tree_name(base)
        self._cache_dir = cache_dir if tree else None
        name = base.root.name  # an application may be named after it
        asked = [ourselves(), tree, name, result.constraints.digest(), json.dumps(to_plain(result.applications))]
        self._key = hashlib.sha256("\0".join(asked).encode("utf-8", "surrogateescape")).hexdigest()

    def recall(self) -> list[Finding] | None:
        """What was kept; None when nothing was."""
        if self._cache_dir is None:
            return None
        with contextlib.closing(Store(self._cache_dir, "base")) as store:
            data = store.get([self._key]).get(self._key)
        try:
            return None if data is None else [from_plain(Finding, one) for one in json.loads(data)]
        except (ValueError, TypeError, KeyError):
            return None  # damaged: made anew

    def keep(self, found: Sequence[Finding]) -> None:
        """Remember `found`."""
        if self._cache_dir is not None:
            with contextlib.closing(Store(self._cache_dir, "base")) as store:
                store.put([(self._key, json.dumps(to_plain(list(found))).encode())])


def _check(folder: Path, files: Sequence[str], result: CheckResult, cache_dir: Path | None) -> list[Finding]:
    """The findings of the base by the constraints of now."""
    project = Index(cache_dir).load(folder, files)
    then = detect(folder, files) if project.files else []
    return Checker(project, result.constraints, _both(then, result.applications)).findings()


def _both(then: Sequence[Application], now: Sequence[Application]) -> list[Application]:
    """What is an application now counts as one at the base, or its old code would look new."""
    known = {(a.root, a.stack.runtime.name) for a in now}
    return [*now, *(a for a in then if (a.root, a.stack.runtime.name) not in known)]


def _union(one: Sequence[Finding], other: Sequence[Finding]) -> list[Finding]:
    from tools.verify.runner import new_findings

    return [*one, *new_findings(one, other)]


def _mover(renames: Mapping[str, str]) -> Callable[[Finding], Finding]:
    """Puts findings to where their files are now; paths in their messages, too."""
    if not renames:
        return lambda finding: finding
    olds = sorted(renames, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w./-])(?:{'|'.join(re.escape(old) for old in olds)})(?![\w/-])")

    def moved(finding: Finding) -> Finding:
        message = pattern.sub(lambda match: renames[match[0]], finding.message)
        return replace(finding, path=renames.get(finding.path, finding.path), message=message)

    return moved
