import aiosqlite


async def main(url):
    async with aiosqlite.connect(url.removeprefix("sqlite:///")) as db:
        cursor = await db.execute("SELECT 1")
        return (await cursor.fetchone())[0]
