from sqlalchemy import create_engine


def main():
    return create_engine("postgresql://reader@localhost/books").dialect.driver
