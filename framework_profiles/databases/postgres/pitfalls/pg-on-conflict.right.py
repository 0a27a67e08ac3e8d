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
        ids = []
        for connection in (first, second):
            connection.execute(insert(tags).values(name="new").on_conflict_do_nothing())
            ids.append(connection.scalar(select(tags.c.id).where(tags.c.name == "new")))
            connection.commit()
        return ids
