from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from toolshed.schemas.tools import ToolOut


class MemberIn(BaseModel):
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)


class MemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    email: str


class MemberLoanOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    tool: ToolOut
    borrowed_at: datetime
    returned_at: datetime | None
