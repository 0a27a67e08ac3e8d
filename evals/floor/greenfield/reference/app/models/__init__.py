"""The tables."""

from app.models.base import Base
from app.models.bike import Bike
from app.models.customer import Customer
from app.models.job import OPEN_STATUSES, Job, Line, Status
from app.models.part import Part

__all__ = ["OPEN_STATUSES", "Base", "Bike", "Customer", "Job", "Line", "Part", "Status"]
