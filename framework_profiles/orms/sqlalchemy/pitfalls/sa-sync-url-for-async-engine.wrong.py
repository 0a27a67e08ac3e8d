from sqlalchemy.ext.asyncio import create_async_engine


def main():
    return create_async_engine("sqlite:///books.db").dialect.driver
