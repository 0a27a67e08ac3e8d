from datetime import date

from library.figures import OverdueReport
from library.unit_of_work import Work


class ReportService:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def overdue(self, day: date) -> OverdueReport:
        """Who should have returned what before the day, and has not."""
        async with self._work.reading() as work:
            return OverdueReport(await work.reports.overdue(day))
