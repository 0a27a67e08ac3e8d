"""Folders whose names mislead: modules of a feature that is called like a layer, and what runs in a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate

from framework_profiles.layers import layer_stem
from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.layering import VIEWS, Scope
from tools.facts.model import FileFacts, Project

_FEW = 10
"""Fewer files do not tell what a folder is."""


def with_folders(scope: Scope, project: Project, profiles: Profiles | None = None) -> Scope:
    """`scope` with the feature modules and the web clients of `project`."""
    known = profiles if profiles is not None else load_all()
    modules: set[str] = set()
    for architecture in known.architectures.values():
        modules |= feature_modules(project.files, architecture)
    return replace(scope, clients=web_clients(project.files, known), modules=frozenset(modules))


def feature_modules(paths: Iterable[str], architecture: ArchitectureProfile) -> set[str]:
    """Folders that are called like a layer and hold the layers of one feature (``service/models.py`` beside
    ``service/views.py``), in a repository that has other modules of that kind.
    """
    layers: dict[str, set[str]] = {}
    files: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for path in paths:
        folder, _, name = path.rpartition("/")
        layer = layer_stem(architecture, name)
        files[folder] += 1
        if layer is not None:
            layers.setdefault(folder, set()).add(layer)
            named[folder] += 1
    whole = {folder for folder, found in layers.items() if len(found) > 1 and named[folder] * 3 >= files[folder]}
    names = {n for layer in architecture.layers for n in (*layer.directories, *layer.weak_directories)}
    names.update(architecture.kind_directories, architecture.infrastructure_directories)
    called = {folder for folder in whole if folder.rpartition("/")[2].lower() in names}
    return called if len(whole - called) > 1 else set()


def web_clients(files: Mapping[str, FileFacts], profiles: Profiles) -> frozenset[str]:
    """The topmost folders of which a large part are views, and no file of which serves HTTP."""
    views: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for path, facts in files.items():
        if facts.language != "python":
            above = _above(path)
            sources.update(above)
            if path.endswith(VIEWS):
                views.update(above)
    found = {folder for folder, count in sources.items() if count >= _FEW and views[folder] * 3 >= count}
    served = {mark for framework in profiles.frameworks.values() for mark in framework.marks.imports}
    for path, facts in files.items() if found else ():
        above = [] if facts.language == "python" else _above(path)
        if not found.isdisjoint(above) and any(f.external in served and not f.type_only for f in facts.imports):
            found.difference_update(above)
    return frozenset(folder for folder in found if found.isdisjoint(_above(folder)))


def _above(path: str) -> list[str]:
    """The folders that the file `path` lies in, the repository itself left out."""
    return list(accumulate(path.split("/")[:-1], "{}/{}".format))
