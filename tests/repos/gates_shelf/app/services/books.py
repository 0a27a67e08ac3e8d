from app.repositories.books import BookRepository


class BookService:
    def __init__(self, repository: BookRepository) -> None:
        self._repository = repository

    async def list(self) -> list[dict]:
        return [{"title": b.title, "author": b.author.name} for b in await self._repository.list()]

    async def add(self, title: str, author: str) -> dict:
        book = await self._repository.add(title.strip(), author.strip())
        return {"title": book.title, "author": book.author.name}
