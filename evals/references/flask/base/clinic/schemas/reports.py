from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from clinic.figures import Revenue, Utilisation
from clinic.schemas.fields import Answer, Day, Instant, InstantIn, Query, QueryId, Ref

Grouping = Literal["day", "practitioner"]


class RevenueQuery(Query):
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    group_by: Grouping = "day"
    practitioner_id: QueryId | None = None


class UtilisationQuery(Query):
    start: Annotated[InstantIn, Field(alias="from")]
    end: Annotated[InstantIn, Field(alias="to")]


class FiguresOut(Answer):
    net_cents: int
    tax_cents: int
    gross_cents: int
    paid_cents: int
    invoices: int
    treatments: int


class DayRow(FiguresOut):
    day: date


class PractitionerRow(FiguresOut):
    practitioner: Ref


class RevenueOut(Answer):
    first: Annotated[date, Field(serialization_alias="from")]
    last: Annotated[date, Field(serialization_alias="to")]
    group_by: Grouping
    rows: list[DayRow] | list[PractitionerRow]
    totals: FiguresOut

    @classmethod
    def of(cls, query: RevenueQuery, revenue: Revenue) -> "RevenueOut":
        return cls.model_validate(
            {
                "first": query.first,
                "last": query.last,
                "group_by": query.group_by,
                "rows": [{query.group_by: key, **asdict(row)} for key, row in revenue.rows],
                "totals": revenue.totals,
            }
        )


class UtilisationRow(Answer):
    practitioner: Ref
    booked_minutes: int
    appointments: int


class UtilisationOut(Answer):
    start: Annotated[Instant, Field(serialization_alias="from")]
    end: Annotated[Instant, Field(serialization_alias="to")]
    rows: list[UtilisationRow]

    @classmethod
    def of(cls, query: UtilisationQuery, rows: Sequence[Utilisation]) -> "UtilisationOut":
        return cls.model_validate({"start": query.start, "end": query.end, "rows": rows})
