from datetime import datetime

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    # Sums of money outgrow four bytes.
    type_annotation_map = {int: BigInteger, datetime: DateTime(timezone=True)}
