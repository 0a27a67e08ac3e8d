from threading import Thread

from sqlalchemy import create_engine, text

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def order(engine, read, meanwhile=lambda: None):
    with engine.begin() as connection:
        stock = connection.scalar(text(read))
        meanwhile()
        if stock > 0:
            connection.execute(text("UPDATE books SET stock = stock - 1 WHERE id = 1"))


def stock_after_two_orders(url, read):
    engine = create_engine(url, pool_size=3)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE books (id int PRIMARY KEY, stock int)"))
        connection.execute(text("INSERT INTO books VALUES (1, 1)"))
    other = Thread(target=order, args=(engine, read))

    def let_other_go_on():  # until it is done, or waits for our lock
        other.start()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
            while other.is_alive() and not watcher.scalar(WAITING):
                other.join(0.01)

    order(engine, read, meanwhile=let_other_go_on)
    other.join()
    with engine.connect() as connection:
        return connection.scalar(text("SELECT stock FROM books"))


def main(url):
    return stock_after_two_orders(url, "SELECT stock FROM books WHERE id = 1")
