from sqlalchemy import create_engine, text


def main(url):
    with create_engine(url).connect() as connection:
        connection.execute(text('CREATE TEMP TABLE books ("pageCount" int)'))
        connection.execute(text("INSERT INTO books VALUES (320)"))
        return connection.scalar(text("SELECT pageCount FROM books"))
