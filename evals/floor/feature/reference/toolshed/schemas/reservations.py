from datetime import datetime

from pydantic import BaseModel, ConfigDict

from toolshed.schemas.tools import ToolOut


class ReservationIn(BaseModel):
    member_id: int


class ReservationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    tool_id: int
    member_id: int
    status: str
    created_at: datetime


class WaitingMemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class QueuedReservationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    member: WaitingMemberOut
    status: str
    created_at: datetime


class MemberReservationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    tool: ToolOut
    status: str
    created_at: datetime
