import asyncpg


async def main(url):
    connection = await asyncpg.connect(url)
    try:
        query = "SELECT n FROM generate_series(1, 3) AS n WHERE $1::int IS NULL OR n = $1::int"
        return [row["n"] for row in await connection.fetch(query, None)]
    finally:
        await connection.close()
