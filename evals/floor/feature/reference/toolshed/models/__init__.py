"""The tables."""

from toolshed.models.base import Base
from toolshed.models.loan import Loan
from toolshed.models.member import Member
from toolshed.models.reservation import OPEN_STATUSES, Reservation, Status
from toolshed.models.tool import Tool

__all__ = ["OPEN_STATUSES", "Base", "Loan", "Member", "Reservation", "Status", "Tool"]
