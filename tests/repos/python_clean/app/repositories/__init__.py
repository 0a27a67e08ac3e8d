from app.repositories.articles import ArticleRepository

__all__ = ["ArticleRepository"]
