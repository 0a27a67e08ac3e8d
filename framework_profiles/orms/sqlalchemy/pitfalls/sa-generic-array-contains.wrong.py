from sqlalchemy import ARRAY, Column, MetaData, String, Table
from sqlalchemy.dialects import postgresql

books = Table("books", MetaData(), Column("tags", ARRAY(String)))


def main():
    return str(books.c.tags.contains(["new"]).compile(dialect=postgresql.dialect()))
