from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine


def main():
    url = make_url("sqlite:///books.db").set(drivername="sqlite+aiosqlite")
    return create_async_engine(url).dialect.driver
