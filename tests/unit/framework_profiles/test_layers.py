from __future__ import annotations

import pytest

from framework_profiles.layers import place
from framework_profiles.loader import load_all

CLEAN = load_all().architectures["clean"]

PLACES = {
    "routes": [
        "app/routes/books.py",
        "app/routes/__init__.py",
        "app/api/v1/endpoints/books.py",
        "app/api/v1/books.py",
        "app/books/router.py",
        "books/views.py",
        "books/urls.py",
        "src/controllers/bookController.js",
        "src/books/books.controller.ts",
        "src/books/book-controller.ts",
        "src/routes/index.js",
        "src/BookController.ts",
        "books/api/views/services.py",
        "app/api/auth.py",
        "app/api/events.py",
        "app/handlers/queries.py",
        "src/books/books.handler.ts",
        "src/interfaces/http/controllers/books.ts",
    ],
    "services": [
        "app/services/books.py",
        "app/services/utils.py",
        "app/core/services/books.py",
        "api/services/books.py",
        "src/use-cases/lendBook.ts",
        "src/books/books.service.ts",
        "src/books/bookService.js",
        "app/books/service.py",
        "src/utils/mail_service.py",
        "app/core/service.py",
        "app/common/services.py",
    ],
    "repositories": [
        "app/repositories/books.py",
        "app/repositories/base.py",
        "app/db/repositories/books.py",
        "app/crud/books.py",
        "app/books/repository.py",
        "src/dao/bookDao.js",
        "src/books/books.repository.ts",
        "src/persistence/books.js",
        "src/features/books/book-store.ts",
        "books/selectors.py",
        "src/books/reader-read-model.ts",
    ],
    "models": [
        "app/models/__init__.py",
        "app/models/base.py",
        "app/db/models.py",
        "books/models.py",
        "src/entities/Book.ts",
        "src/books/book.entity.ts",
        "src/models/index.js",
    ],
    "root": [
        "main.py",
        "app/main.py",
        "app/api/deps.py",
        "app/dependencies.py",
        "app/__init__.py",
        "src/index.js",
        "src/app.ts",
        "server.js",
        "manage.py",
        "src/container.ts",
    ],
    "infrastructure": [
        "app/core/config.py",
        "app/db/session.py",
        "app/database.py",
        "app/errors.py",
        "app/schemas/book.py",
        "app/api/schemas.py",
        "books/serializers.py",
        "app/utils/__init__.py",
        "src/lib/index.js",
        "src/middleware/auth.js",
        "alembic/env.py",
        "migrations/versions/0001_first.py",
        "src/books/dto/create-book.dto.ts",
        "books/api/serializers/services.py",
        "app/errors/service.py",
        "app/validators/models.py",
        "src/types/stores/book-store.ts",
        "app/services/schemas/book.py",
        "shop/utilities/views.py",
        "src/utils/queries.js",
        "src/jobs/books.handler.ts",
        "src/storage/files.ts",
        "books/tasks.py",
        "app/core/auth.py",
    ],
    "tests": [
        "tests/test_books.py",
        "src/books/books.service.spec.ts",
        "app/services/__tests__/books.js",
        "conftest.py",
    ],
}


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PLACES.items() for path in paths])
def test_a_path_names_its_role_in_clean_architecture(role: str, path: str) -> None:
    found = place(CLEAN, path)

    assert found is not None
    assert found.role == role


@pytest.mark.parametrize(
    "path", ["src/pricing.py", "README.md", "app/books/lending.py", "Makefile", "src/data/books.js", "src/v2/books.ts"]
)
def test_a_path_that_names_nothing_has_no_place(path: str) -> None:
    assert place(CLEAN, path) is None


def test_a_folder_named_after_a_layer_goes_before_the_name_of_the_file() -> None:
    found = place(CLEAN, "app/services/user_repository.py")

    assert found is not None
    assert (found.role, found.because) == ("services", "services/")


def test_a_name_that_may_mean_anything_is_a_weak_sign_only() -> None:
    strong, weak = place(CLEAN, "app/routers/books.py"), place(CLEAN, "app/api/books.py")

    assert strong is not None
    assert weak is not None
    assert (strong.certainty, weak.certainty) == ("sure", "weak")
