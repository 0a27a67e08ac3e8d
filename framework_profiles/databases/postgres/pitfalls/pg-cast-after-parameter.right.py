from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def scalar(url, query, **values):
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.scalar(text(query), values)
    finally:
        await engine.dispose()


async def main(url):
    return await scalar(url, "SELECT CAST(:n AS int) + 1", n=4)
