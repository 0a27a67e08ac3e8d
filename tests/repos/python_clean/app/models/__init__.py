from app.models.article import Article
from app.models.base import Base

__all__ = ["Article", "Base"]
