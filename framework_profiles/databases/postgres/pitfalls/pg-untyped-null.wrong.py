import asyncpg


async def main(url):
    connection = await asyncpg.connect(url)
    try:
        query = "SELECT n FROM generate_series(1, 3) AS n WHERE $1 IS NULL"
        return [row["n"] for row in await connection.fetch(query, None)]
    finally:
        await connection.close()
