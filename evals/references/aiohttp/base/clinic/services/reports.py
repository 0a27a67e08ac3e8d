from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from typing import Literal

from clinic.errors import Invalid
from clinic.figures import Figures, Revenue, Utilisation
from clinic.instants import end_of, start_of
from clinic.unit_of_work import Work


class ReportService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def revenue(
        self,
        first: date,
        last: date,
        group_by: Literal["day", "practitioner"],
        practitioner_id: int | None,
    ) -> Revenue:
        """What was invoiced from the first to the last day, both included."""
        if last < first:
            raise Invalid({"to": "must not be before from"})
        async with self._work.reading() as work:
            by_day = group_by == "day"
            sum_up = work.reports.revenue_by_day if by_day else work.reports.revenue_by_practitioner
            rows = await sum_up(start_of(first), end_of(last), practitioner_id)
        return Revenue(rows, _total([figures for _, figures in rows]))

    async def utilisation(self, start: datetime, end: datetime) -> Sequence[Utilisation]:
        """What of the time from start until end is booked."""
        if end <= start:
            raise Invalid({"to": "must be after from"})
        async with self._work.reading() as work:
            return await work.reports.utilisation(start, end)


def _total(rows: Sequence[Figures]) -> Figures:
    columns = zip(*map(astuple, rows), strict=True)
    return Figures(*map(sum, columns))
