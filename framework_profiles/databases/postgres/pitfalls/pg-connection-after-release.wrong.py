import asyncpg


class Books:
    def __init__(self, connection):
        self.connection = connection

    async def count(self):
        return await self.connection.fetchval("SELECT 1")


async def main(url):
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        async with pool.acquire() as connection:
            books = Books(connection)
        return await books.count()
