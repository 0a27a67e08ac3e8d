# +++
# id = "sa-get-or-add-async"
# title = "get or add, safe when two requests do it at once"
# applies-to = ["sqlalchemy+async"]
# layers = ["repositories"]
# path = "repositories/authors.py"
# estimate = 9
# +++
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Author


class AuthorRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_or_add(self, name: str) -> Author:
        query = select(Author).where(Author.name == name)
        author = await self._session.scalar(query)
        if author is not None:
            return author
        try:
            async with self._session.begin_nested():
                author = Author(name=name)
                self._session.add(author)
            return author
        except IntegrityError:  # another request was faster: the unique constraint decides
            return (await self._session.scalars(query)).one()
