"""Folders whose names mislead: features called like a layer, and web clients beside the backend."""

from __future__ import annotations

from pathlib import Path

from framework_profiles.loader import load_all
from tools.constraints.folders import feature_modules, web_clients, with_folders
from tools.constraints.layering import Contract, Scope, architecture_contract
from tools.constraints.model import Constraint, Source
from tools.facts.index import Index
from tools.facts.model import FileFacts, Import

CLEAN = load_all().architectures["clean"]
FEATURE = ("models.py", "service.py", "views.py", "__init__.py")


def contract(scope: Scope) -> Contract:
    return architecture_contract(
        CLEAN, Constraint(kind="architecture", value="clean", source=Source(origin="flag")), scope=scope
    )


def features(*folders: str) -> list[str]:
    return [f"{folder}/{name}" for folder in folders for name in FEATURE]


def files(*paths: str, serving: tuple[str, ...] = ()) -> dict[str, FileFacts]:
    found = {path: FileFacts(path, "typescript") for path in (*paths, *serving)}
    for path in serving:
        found[path].imports.append(Import("express", 1, "from", external="express"))
    return found


def test_a_feature_called_like_a_layer_is_no_layer() -> None:
    modules = feature_modules(features("app/incident", "app/project", "app/service"), CLEAN)
    found = contract(Scope(modules=frozenset(modules)))

    assert modules == {"app/service"}
    assert found.role("app/service/models.py") == "models"
    assert found.role("app/service/views.py") == "routes"
    assert found.role("app/service/flows.py") is None
    assert found.role("app/incident/service/flows.py") == "services"


def test_resources_in_a_folder_of_models_make_no_feature() -> None:
    resources = ["app/models/service.py", "app/models/route.py", "app/models/user.py", "app/models/order.py"]
    many = [f"app/models/{name}.py" for name in ("service", "routes", "user", "order", "tag", "note", "item")]

    assert feature_modules(resources, CLEAN) == set()
    assert feature_modules([*many, *features("app/one", "app/two")], CLEAN) == set()


def test_one_folder_alone_shows_no_habit_of_features() -> None:
    assert feature_modules(features("app/service", "app/project"), CLEAN) == set()


def test_a_web_client_inside_the_application_has_no_layers() -> None:
    shown = [f"app/scenes/page{number}.tsx" for number in range(12)]
    stores = [f"app/stores/store{number}.ts" for number in range(9)]
    served = files(*shown, *stores, *(f"server/models/m{n}.ts" for n in range(12)), serving=("server/routes/a.ts",))

    clients = web_clients(served, load_all())
    found = contract(Scope(clients=clients))

    assert clients == {"app"}
    assert found.role("app/stores/store1.ts") is None
    assert found.role("app/models/user.ts") is None
    assert found.role("server/models/m1.ts") == "models"
    assert found.role("app/models/user.py") == "models"


def test_a_folder_that_serves_is_no_client_however_much_it_shows() -> None:
    shown = [f"web/pages/page{number}.tsx" for number in range(12)]

    assert web_clients(files(*shown, serving=("web/api/orders.ts",)), load_all()) == {"web/pages"}
    assert web_clients(files(*shown[:9]), load_all()) == frozenset()


def test_both_are_read_from_a_repository(tmp_path: Path) -> None:
    paths = [*features("app/one", "app/two", "app/service"), *(f"ui/page{number}.tsx" for number in range(10))]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("export const page = 1;\n" if path.endswith("x") else "value = 1\n")

    scope = with_folders(Scope(), Index(None).load(tmp_path))

    assert (scope.clients, scope.modules) == ({"ui"}, {"app/service"})
