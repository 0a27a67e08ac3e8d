from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from clinic.api.fields import Day, IdInQuery, Instant
from clinic.api.serializers.base import Query, RefOut
from clinic.figures import Revenue, Utilisation
from clinic.instants import show_instant


class RevenueQuery(Query):
    wire_names = {"first": "from", "last": "to"}

    first = Day()
    last = Day()
    group_by = serializers.ChoiceField(["day", "practitioner"], default="day")
    practitioner_id = IdInQuery(default=None)


class UtilisationQuery(Query):
    wire_names = {"start": "from", "end": "to"}

    start = Instant()
    end = Instant()


class FiguresOut(serializers.Serializer):
    net_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    gross_cents = serializers.IntegerField()
    paid_cents = serializers.IntegerField()
    invoices = serializers.IntegerField()
    treatments = serializers.IntegerField()


class UtilisationOut(serializers.Serializer):
    practitioner = RefOut()
    booked_minutes = serializers.IntegerField()
    appointments = serializers.IntegerField()


def revenue_of(query: Mapping[str, Any], revenue: Revenue) -> dict[str, Any]:
    by_day = query["group_by"] == "day"
    return {
        "from": query["first"],
        "to": query["last"],
        "group_by": query["group_by"],
        "rows": [
            {query["group_by"]: key if by_day else RefOut(key).data, **FiguresOut(figures).data}
            for key, figures in revenue.rows
        ],
        "totals": FiguresOut(revenue.totals).data,
    }


def utilisation_of(query: Mapping[str, Any], rows: Sequence[Utilisation]) -> dict[str, Any]:
    return {
        "from": show_instant(query["start"]),
        "to": show_instant(query["end"]),
        "rows": UtilisationOut(rows, many=True).data,
    }
