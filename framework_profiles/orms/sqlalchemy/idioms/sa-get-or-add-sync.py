# +++
# id = "sa-get-or-add-sync"
# title = "get or add, safe when two requests do it at once"
# applies-to = ["sqlalchemy+sync"]
# layers = ["repositories"]
# path = "repositories/authors.py"
# estimate = 9
# +++
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Author


class AuthorRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get_or_add(self, name: str) -> Author:
        query = select(Author).where(Author.name == name)
        author = self._session.scalar(query)
        if author is not None:
            return author
        try:
            with self._session.begin_nested():
                author = Author(name=name)
                self._session.add(author)
            return author
        except IntegrityError:  # another request was faster: the unique constraint decides
            return self._session.scalars(query).one()
