from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Article


class ArticleRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self) -> list[Article]:
        return list(await self._session.scalars(select(Article).order_by(Article.id)))

    async def get(self, article_id: int) -> Article | None:
        return await self._session.get(Article, article_id)

    async def add(self, title: str) -> Article:
        article = Article(title=title)
        self._session.add(article)
        await self._session.flush()
        return article
