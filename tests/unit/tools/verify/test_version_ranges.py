"""Ranges of PEP 440 read as `packaging` reads them, and ranges of npm as its own documentation has them."""

from __future__ import annotations

from itertools import product

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tools.verify.version_ranges import EVERYTHING, is_exact, is_within, node_range, overlap, python_range, read_range

SPECIFIERS = [
    "==2.5.1", ">=2,<3", "~=2.0", "~=2.0.3", "!=2.1", "<3", "<=2.3", ">2.2", "==2.*", "!=2.1.*", ">=1.4,!=2.0.1,<2.2",
    "==2.0.0", "<2.0b1", ">=2.0.0rc1", "==2.0.dev1",
]  # fmt: skip
VERSIONS = [
    "1.9", "1.4.50", "2", "2.0", "2.0.1", "2.0.3", "2.0.9", "2.1", "2.1.4", "2.2", "2.3", "2.3.1", "2.5.1", "3",
    "3.0.0", "3.1", "2.0rc1", "2.0b1", "2.0.post1", "2.1rc1", "2.0.dev1",
]  # fmt: skip


@pytest.mark.parametrize("specifier", SPECIFIERS)
def test_a_specifier_allows_what_packaging_says(specifier: str) -> None:
    allowed = python_range(specifier)
    assert allowed is not None

    mine = {v for v in VERSIONS if is_within(python_range(f"=={v}") or (), allowed)}

    assert mine == {v for v in VERSIONS if SpecifierSet(specifier).contains(Version(v), prereleases=True)}


@pytest.mark.parametrize(
    ("spec", "inside", "outside"),
    [
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-rc.1"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3.0 1.0.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("~1.2", "1.2.0 1.2.9", "1.3.0"),
        ("~1.2.3", "1.2.3", "1.2.2 1.3.0"),
        ("1.x", "1.0.0 1.9.9", "2.0.0 0.9.0"),
        ("1.2.*", "1.2.0 1.2.7", "1.3.0"),
        (">=1.2 <2", "1.2.0 1.9.0", "1.1.0 2.0.0"),
        ("1.2 - 1.4", "1.2.0 1.4.9", "1.5.0"),
        ("^1 || ^3", "1.0.0 3.1.0", "2.0.0 4.0.0"),
        ("<2.0.0-0", "1.9.9", "2.0.0-alpha 2.0.0"),
        ("^4.0.0-beta.1", "4.0.0-beta.2 4.1.0", "4.0.0-alpha.9 5.0.0"),
        ("=1.2.3", "1.2.3", "1.2.4"),
        ("", "0.0.1 9.9.9", ""),
    ],
)
def test_an_npm_range_allows(spec: str, inside: str, outside: str) -> None:
    allowed = node_range(spec)
    assert allowed is not None

    found = {v: is_within(node_range(v) or (), allowed) for v in (*inside.split(), *outside.split())}

    assert found == {**dict.fromkeys(inside.split(), True), **dict.fromkeys(outside.split(), False)}


@pytest.mark.parametrize("spec", ["latest", "workspace:*", "npm:foo@1", "git+ssh://x/y", "file:../x", "catalog:"])
def test_what_names_no_version_is_unknown(spec: str) -> None:
    assert node_range(spec) is None


@pytest.mark.parametrize(("spec", "same"), [("^1.2", ">=1.2,<2"), ("~1.2", ">=1.2,<1.3"), (">=1.2 <2", ">=1.2,<2")])
def test_ranges_of_poetry(spec: str, same: str) -> None:
    assert is_within(python_range(spec) or (), python_range(same) or ())


@pytest.mark.parametrize("spec", ["@ git+https://example.com/x.git", "=== three", "2.5.x.1"])
def test_what_is_no_specifier_is_unknown(spec: str) -> None:
    assert read_range(spec, "python") is None


def test_a_range_that_merely_allows_is_not_within() -> None:
    assert not is_within(EVERYTHING, python_range(">=2") or ())
    assert not is_within((), EVERYTHING)


def test_only_one_version_is_exact() -> None:
    exact = {spec: is_exact(python_range(spec) or ()) for spec in ("==2.0", "2.0", "==2.*", ">=2,<=2", ">=2")}

    assert exact == {"==2.0": True, "2.0": True, "==2.*": False, ">=2,<=2": True, ">=2": False}


def test_an_overlap_is_what_both_allow() -> None:
    for one, other, version in product(SPECIFIERS, SPECIFIERS, VERSIONS):
        first, second, point = (python_range(spec) or () for spec in (one, other, f"=={version}"))

        both = is_within(point, overlap(first, second))

        assert both == (is_within(point, first) and is_within(point, second)), (one, other, version)
