from sqlalchemy import create_engine, text


def stored(url, constraint):
    with create_engine(url).connect() as connection:
        connection.execute(text(f"CREATE TEMP TABLE copies (book_id int, shelf text, {constraint})"))
        for _ in range(2):
            connection.execute(text("INSERT INTO copies VALUES (1, NULL)"))
        return connection.scalar(text("SELECT count(*) FROM copies"))


def main(url):
    return stored(url, "UNIQUE NULLS NOT DISTINCT (book_id, shelf)")
