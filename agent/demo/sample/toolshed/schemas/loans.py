from datetime import datetime

from pydantic import BaseModel, ConfigDict


class LoanIn(BaseModel):
    tool_id: int
    member_id: int


class LoanOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    tool_id: int
    member_id: int
    borrowed_at: datetime
    returned_at: datetime | None
