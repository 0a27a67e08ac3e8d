# +++
# id = "sa-models-package"
# title = "models package: imports every model module, so that metadata is complete"
# applies-to = ["sqlalchemy"]
# layers = ["models"]
# path = "models/__init__.py"
# estimate = 6
# +++
from app.models.base import Base
from app.models.book import Author, Book

__all__ = ["Author", "Base", "Book"]
