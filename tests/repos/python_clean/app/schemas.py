from pydantic import BaseModel


class ArticleIn(BaseModel):
    title: str


class ArticleOut(BaseModel):
    id: int
    title: str
