from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session
from app.repositories import ArticleRepository
from app.services.articles import ArticleService

SessionDep = Annotated[AsyncSession, Depends(get_session)]


def get_article_service(session: SessionDep) -> ArticleService:
    return ArticleService(ArticleRepository(session))


ArticleServiceDep = Annotated[ArticleService, Depends(get_article_service)]
