import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def ask(engine):
    async with engine.connect() as connection:
        return await connection.scalar(text("SELECT 1"))


def in_two_loops(make):
    return [asyncio.run(make()), asyncio.run(make())]


def main(url):
    engine = create_async_engine(url)
    return in_two_loops(lambda: ask(engine))
