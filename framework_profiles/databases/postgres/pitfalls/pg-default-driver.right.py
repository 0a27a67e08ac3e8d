from sqlalchemy import make_url


def main():
    return make_url("postgresql+psycopg2://reader@localhost/books").get_driver_name()
