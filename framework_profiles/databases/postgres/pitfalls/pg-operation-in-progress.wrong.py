import asyncio

import asyncpg


async def main(url):
    connection = await asyncpg.connect(url)
    try:
        return await asyncio.gather(*(connection.fetchval("SELECT 1") for _ in range(2)))
    finally:
        await connection.close()
