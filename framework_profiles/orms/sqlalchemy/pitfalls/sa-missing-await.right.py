from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")


async def shelf(url, **options):
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, **{"expire_on_commit": False, **options})
    async with sessions.begin() as session:
        session.add(Author(name="Jane", books=[Book(title="Emma"), Book(title="Persuasion")]))
    return engine, sessions


async def main(url):
    engine, sessions = await shelf(url)
    try:
        async with sessions.begin() as session:
            await session.delete(await session.get(Book, 1))
        async with sessions() as session:
            return await session.scalar(select(func.count()).select_from(Book))
    finally:
        await engine.dispose()
