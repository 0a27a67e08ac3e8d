import aiosqlite


async def main(url):
    opened = await aiosqlite.connect(url.removeprefix("sqlite:///"))
    try:
        async with opened as db:
            cursor = await db.execute("SELECT 1")
            return (await cursor.fetchone())[0]
    finally:
        await opened.close()
