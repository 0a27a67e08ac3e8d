import asyncpg


class Books:
    def __init__(self, pool):
        self.pool = pool

    async def count(self):
        async with self.pool.acquire() as connection:
            return await connection.fetchval("SELECT 1")


async def main(url):
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        return await Books(pool).count()
