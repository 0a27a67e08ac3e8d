import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

async def ask(engine):
    async with engine.connect() as connection:
        return await connection.scalar(text("SELECT 1"))


def in_two_loops(make):
    return [asyncio.run(make()), asyncio.run(make())]


async def with_own_engine(url):
    engine = create_async_engine(url)
    try:
        return await ask(engine)
    finally:
        await engine.dispose()


def main(url):
    return in_two_loops(lambda: with_own_engine(url))
