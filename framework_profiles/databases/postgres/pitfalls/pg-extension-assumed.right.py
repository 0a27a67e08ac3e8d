from sqlalchemy import create_engine, text


def main(url):
    with create_engine(url).connect() as connection:
        return len(str(connection.scalar(text("SELECT gen_random_uuid()"))))
