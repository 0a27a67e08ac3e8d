from datetime import date

from library.figures import OverdueReport
from library.schemas.fields import Answer, Day, Query
from library.schemas.users import Borrower


class OverdueQuery(Query):
    day: Day


class OverdueRow(Answer):
    user: Borrower
    loans: int
    days: int


class OverdueOut(Answer):
    day: date
    rows: list[OverdueRow]
    total_loans: int

    @classmethod
    def of(cls, query: OverdueQuery, report: OverdueReport) -> "OverdueOut":
        return cls.model_validate(
            {"day": query.day, "rows": report.rows, "total_loans": report.total_loans}
        )
