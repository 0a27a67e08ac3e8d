from fastapi import APIRouter, status

from app.dependencies import ArticleServiceDep
from app.schemas import ArticleIn, ArticleOut

router = APIRouter(prefix="/articles")


@router.get("")
async def list_articles(service: ArticleServiceDep) -> list[ArticleOut]:
    return [ArticleOut.model_validate(a, from_attributes=True) for a in await service.list()]


@router.get("/{article_id}")
async def get_article(article_id: int, service: ArticleServiceDep) -> ArticleOut:
    return ArticleOut.model_validate(await service.get(article_id), from_attributes=True)


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_article(body: ArticleIn, service: ArticleServiceDep) -> ArticleOut:
    return ArticleOut.model_validate(await service.create(body.title), from_attributes=True)
