from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def first_numbers(url, limit):
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            query = text("SELECT n FROM generate_series(1, 5) AS n LIMIT :limit")
            return list(await connection.scalars(query, {"limit": limit}))
    finally:
        await engine.dispose()


async def main(url):
    return await first_numbers(url, limit="2")
