from app.errors import NotFound
from app.models import Article
from app.repositories import ArticleRepository


class ArticleService:
    def __init__(self, articles: ArticleRepository) -> None:
        self._articles = articles

    async def list(self) -> list[Article]:
        return await self._articles.list()

    async def get(self, article_id: int) -> Article:
        article = await self._articles.get(article_id)
        if article is None:
            raise NotFound(f"article {article_id}")
        return article

    async def create(self, title: str) -> Article:
        return await self._articles.add(title.strip())
