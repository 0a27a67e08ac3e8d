from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, MetaData, Table, insert, select
from sqlalchemy.ext.asyncio import create_async_engine


async def stores_aware(url, column_type):
    loans = Table("loans", MetaData(), Column("lent_at", column_type))
    now = datetime.now(UTC)
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(loans.metadata.create_all)
            await connection.execute(insert(loans).values(lent_at=now))
            return await connection.scalar(select(loans.c.lent_at)) == now
    finally:
        await engine.dispose()


async def main(url):
    return await stores_aware(url, DateTime(timezone=True))
