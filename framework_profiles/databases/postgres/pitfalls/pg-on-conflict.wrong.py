from sqlalchemy import Column, Identity, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.dialects.postgresql import insert

tags = Table("tags", MetaData(), Column("id", Integer, Identity(), primary_key=True), Column("name", String, unique=True))


def tagged(url):
    engine = create_engine(url)
    tags.create(engine)
    return engine


def main(url):
    engine = tagged(url)
    with engine.connect() as first, engine.connect() as second:
        missing = [c.scalar(select(tags.c.id).where(tags.c.name == "new")) is None for c in (first, second)]
        ids = []
        for connection, is_missing in zip((first, second), missing):
            if is_missing:
                connection.execute(insert(tags).values(name="new"))
            ids.append(connection.scalar(select(tags.c.id).where(tags.c.name == "new")))
            connection.commit()
        return ids
