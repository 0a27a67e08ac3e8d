from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.dialects import postgresql

books = Table("books", MetaData(), Column("tags", postgresql.ARRAY(String)))


def main():
    return str(books.c.tags.contains(["new"]).compile(dialect=postgresql.psycopg2.dialect()))
