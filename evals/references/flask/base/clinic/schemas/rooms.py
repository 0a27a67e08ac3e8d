from clinic.schemas.fields import Answer, IdCursor, Limit, Name, PageOut, Query, Request


class RoomIn(Request):
    name: Name


class RoomQuery(Query):
    limit: Limit = 20
    cursor: IdCursor | None = None


class RoomOut(Answer):
    id: int
    name: str


RoomPage = PageOut[RoomOut]
