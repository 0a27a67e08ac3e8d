from sqlalchemy import create_engine, text

FREE = text("SELECT count(*) FROM loans WHERE book_id = 1 AND days && daterange('2030-01-01', '2030-01-08')")
LEND = text("INSERT INTO loans VALUES (1, daterange('2030-01-01', '2030-01-08'))")


def loans_after_two_requests(url, constraint):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE loans (book_id int, days daterange {constraint})"))
    with engine.connect() as first, engine.connect() as second:
        assert first.scalar(FREE) == second.scalar(FREE) == 0
        first.execute(LEND)
        first.commit()
        second.execute(LEND)
        second.commit()
        return first.scalar(text("SELECT count(*) FROM loans"))


def main(url):
    constraint = ", EXCLUDE USING gist (int4range(book_id, book_id, '[]') WITH &&, days WITH &&)"
    return loans_after_two_requests(url, constraint)
