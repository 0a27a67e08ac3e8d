"""Which layer a file belongs to, and who may import whom."""

from __future__ import annotations

import pytest

from framework_profiles.loader import load_all
from tools.constraints.layering import (
    Contract,
    Place,
    Scope,
    architecture_contract,
    matches,
    own_contract,
)
from tools.constraints.model import Constraint, Source

ASKED = Constraint(kind="architecture", value="clean", source=Source(origin="flag"))


def clean(scope: Scope | None = None, **paths: list[str]) -> Contract:
    return architecture_contract(load_all().architectures["clean"], ASKED, paths, scope)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("app/routes/articles.py", "routes"),
        ("app/articles/service.py", "services"),
        ("src/orders/orders.repository.ts", "repositories"),
        ("app/models/__init__.py", "models"),
        ("app/main.py", "root"),
        ("app/dependencies.py", "root"),
        ("app/config.py", "infrastructure"),
        ("tests/routes/test_articles.py", "tests"),
        ("app/whatever/thing.py", None),
    ],
)
def test_names_tell_the_layer(path: str, role: str | None) -> None:
    assert clean().role(path) == role


def test_the_paths_of_the_file_go_before_names() -> None:
    contract = clean(services=["app/routes/rules/**"], roots=["app/wire.py"])

    assert contract.role("app/routes/rules/tax.py") == "services"
    assert contract.role("app/routes/articles.py") == "routes"
    assert contract.role("app/wire.py") == "root"


def test_a_name_that_may_mean_anything_is_not_sure() -> None:
    assert clean().is_sure("app/routes/articles.py")
    assert not clean().is_sure("app/api/articles.py")
    assert clean(routes=["app/api/**"]).is_sure("app/api/articles.py")


def test_habits_see_only_what_has_one_name() -> None:
    habit = Constraint(kind="architecture", value="clean", source=Source(origin="practice"), binding="inferred")
    contract = architecture_contract(load_all().architectures["clean"], habit)

    assert contract.role("app/services/articles.py") == "services"
    assert contract.role("app/services/models.py") is None
    assert contract.role("app/models/endpoint/row.py") == "models"
    assert contract.role("app/persistence/articles.py") is None
    assert contract.role("app/services/repositories/articles.py") is None


def test_the_querying_half_of_a_model_may_query() -> None:
    assert clean().may_query("shop/managers.py")
    assert not clean().may_query("shop/views.py")
    assert not own_contract(
        Constraint(kind="contract", value="x", params={"order": ["a"]}, source=Source(origin="file"))
    ).may_query("shop/managers.py")


@pytest.mark.parametrize(
    ("source", "target", "verdict"),
    [
        ("routes", "services", "ok"),
        ("routes", "repositories", "skip"),
        ("routes", "models", "ok"),
        ("services", "repositories", "ok"),
        ("services", "routes", "upward"),
        ("repositories", "services", "upward"),
        ("models", "repositories", "upward"),
        ("models", "routes", "upward"),
        ("services", "services", "ok"),
    ],
)
def test_closed_layers_allow_one_step_down_and_the_models(source: str, target: str, verdict: str) -> None:
    assert clean().verdict(source, target) == verdict


def test_an_open_contract_allows_skips_and_keeps_siblings_apart() -> None:
    params = {"order": ["web", "agent | jobs", "a : b", "core"], "paths": {"core": ["lib/**"]}}
    contract = own_contract(Constraint(kind="contract", value="x", params=params, source=Source(origin="file")))

    assert contract.verdict("web", "core") == "ok"
    assert contract.verdict("agent", "jobs") == "sibling"
    assert contract.verdict("a", "b") == "ok"
    assert contract.verdict("core", "web") == "upward"
    assert contract.role("lib/x.py") == "core"
    assert contract.role("web.py") == "web"
    assert contract.role("web/pages/x.py") == "web"


def test_only_backend_applications_have_layers() -> None:
    scope = Scope(
        roots=(Place("services/api", "python"),),
        others=(Place("services/web", "node"), Place(".", "python")),
    )
    contract = clean(scope)

    assert contract.role("services/api/app/routes/x.py") == "routes"
    assert contract.role("services/api/app/thing.py") is None
    assert contract.role("services/web/src/services/x.ts") is None
    assert contract.role("services/tool/repositories/x.py") is None


def test_a_folder_above_the_application_names_no_layer() -> None:
    contract = clean(Scope(roots=(Place("services/api", "python"),)))

    assert contract.role("services/api/lib.py") is None


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("migrations/**", "migrations/a/b.py", True),
        ("migrations/**", "migrations.py", False),
        ("migrations", "migrations/a.py", True),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/a/b.py", False),
        ("**/legacy/**", "a/legacy/b.py", True),
        ("**/legacy/**", "legacy/b.py", True),
        ("src/?.py", "src/a.py", True),
        ("src/a[1].py", "src/a[1].py", True),
    ],
)
def test_globs_mean_what_they_mean_elsewhere(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected
