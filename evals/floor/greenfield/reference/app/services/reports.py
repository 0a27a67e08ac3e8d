from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from app.repositories.jobs import DayTotal, JobRepository


class ReportService:
    def __init__(self, jobs: JobRepository) -> None:
        self.jobs = jobs

    async def revenue(self, start: date, end: date) -> Sequence[DayTotal]:
        """Totals of the UTC days from start up to, not including, end."""
        return await self.jobs.done_by_day(_midnight(start), _midnight(end))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
