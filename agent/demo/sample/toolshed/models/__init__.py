"""The tables."""

from toolshed.models.base import Base
from toolshed.models.loan import Loan
from toolshed.models.member import Member
from toolshed.models.tool import Tool

__all__ = ["Base", "Loan", "Member", "Tool"]
