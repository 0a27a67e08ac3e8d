import asyncio

import asyncpg


async def main(url):
    async with asyncpg.create_pool(url, min_size=2, max_size=2) as pool:
        return await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(2)))
