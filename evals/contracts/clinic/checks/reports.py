"""Reports: revenue that counts everything once, and utilisation clipped to its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

_FIGURES = ("net_cents", "tax_cents", "gross_cents", "paid_cents", "invoices", "treatments")
_NOTHING = dict.fromkeys(_FIGURES, 0)


@dataclass(frozen=True)
class _Till:
    """Bills appointments of one practitioner, mostly with a service of 5 cents and 10 % tax.

    A single piece then has half a cent of tax: lines of 1, 1 and 3 pieces have 1 + 1 + 2, not the 3 of their sum.
    """

    world: World
    place: dict[str, int]
    service: int

    @property
    def practitioner(self) -> int:
        """Id of the practitioner."""
        return self.place["practitioner_id"]

    def bill(self, issued_at: str, quantities: Sequence[int] = (1, 1, 3), paid: Sequence[int] = ()) -> int:
        """Issue an invoice with a line for each quantity, pay these parts of it; its id."""
        one = self.world.completed(**self.place)
        for quantity in quantities:
            self.world.treatment(one["id"], service_id=self.service, quantity=quantity)
        invoice: int = self.world.invoice(one["id"], issued_at=issued_at)["id"]
        for amount in paid:
            self.world.payment(invoice, amount_cents=amount)
        return invoice


def _till(world: World, price_cents: int = 5, tax_bp: int = 1000, **practitioner: str) -> _Till:
    """A practitioner of its own, who shares patient, room and service."""
    place = {**world.ward(), "practitioner_id": world.practitioner(**practitioner)["id"]}
    return _Till(world, place, world.priced(price_cents, tax_bp))


def _sum(net: int, tax: int, paid: int, invoices: int, treatments: int) -> dict[str, int]:
    return dict(zip(_FIGURES, (net, tax, net + tax, paid, invoices, treatments), strict=True))


def _revenue(world: World, start: str, end: str, **query: Json) -> Reply:
    return world.manager.get("/reports/revenue", from_=start, to=end, **query).expect(200)


@check("REP-01", "REP-02", "REP-06", "REP-08", "REP-13", "GEN-22")
def revenue_covers_whole_days_of_utc(world: World) -> None:
    """A row for each day with invoices, from the first minute of the period to its last, in order, also by default."""
    till = _till(world)
    for issued_at, quantity in (
        ("2031-05-05T01:59:00+02:00", 6),
        ("2031-05-04T20:00:00-04:00", 8),
        ("2031-05-02T12:00:00Z", 2),
        ("2031-05-02T01:59:00+02:00", 2),
        ("2031-05-01T22:00:00-02:00", 2),
    ):
        till.bill(issued_at, [quantity])
    report = _revenue(world, "2031-05-02", "2031-05-04", practitioner_id=till.practitioner)
    first, last = _sum(20, 2, 0, 2, 2), _sum(30, 3, 0, 1, 1)
    report.has(rows=[{"day": "2031-05-02", **first}, {"day": "2031-05-04", **last}], totals=_sum(50, 5, 0, 3, 3))
    report.has(group_by="day")
    by_day = _revenue(world, "2031-05-02", "2031-05-04", practitioner_id=till.practitioner, group_by="day")
    world.equal(by_day.body, report.body, "the report with group_by")
    query = {"practitioner_id": till.practitioner, "group_by": "practitioner"}
    by_practitioner = _revenue(world, "2031-05-02", "2031-05-04", **query)
    by_practitioner.has({f"rows.0.{name}": first[name] + last[name] for name in _FIGURES})
    one_day = _revenue(world, "2031-05-02", "2031-05-02", practitioner_id=till.practitioner)
    one_day.has(rows=[{"day": "2031-05-02", **first}])


@check("REP-02", "REP-07")
def an_invoice_of_nothing_makes_a_row(world: World) -> None:
    """A day whose only invoice is over 0 cents has a row."""
    till = _till(world, price_cents=0)
    till.bill("2031-05-02T12:00:00Z", [1, 2])
    report = _revenue(world, "2031-05-01", "2031-05-03", practitioner_id=till.practitioner)
    report.has(rows=[{"day": "2031-05-02", **_sum(0, 0, 0, 1, 2)}])


@check("REP-03", "REP-04", "REP-08")
def revenue_of_one_practitioner_and_of_all(world: World) -> None:
    """Practitioners, of one name too, have a row each if they have invoices; `practitioner_id` leaves others out."""
    name = f"Dr {world.word()}"
    first, _, second = (_till(world, name=name) for _ in range(3))
    second.bill("2031-07-01T12:00:00Z", [4], [5])
    first.bill("2031-07-01T12:00:00Z", [2], [3])
    own, figures = first.practitioner, _sum(10, 1, 3, 1, 1)
    by_day = _revenue(world, "2031-07-01", "2031-07-01", practitioner_id=own)
    by_day.has(rows=[{"day": "2031-07-01", **figures}], totals=figures)
    query = {"practitioner_id": own, "group_by": "practitioner"}
    by_practitioner = _revenue(world, "2031-07-01", "2031-07-01", **query).has(totals=figures)
    world.equal([row["practitioner"]["id"] for row in by_practitioner["rows"]], [own], "practitioners")
    by_practitioner.has({f"rows.0.{name}": value for name, value in figures.items()})
    for group_by in ("day", "practitioner"):
        report = _revenue(world, "2000-01-01", "2099-12-31", group_by=group_by)
        sums = {name: sum(row[name] for row in report["rows"]) for name in _FIGURES}
        report.has(totals=sums)
        world.that(sums["net_cents"] >= 30 and sums["invoices"] >= 2, "the report covers what was billed here")
    wanted = [
        {"practitioner": {"id": till.practitioner, "name": name}, **row}
        for till, row in ((first, figures), (second, _sum(20, 2, 5, 1, 1)))
    ]
    world.equal([row for row in report["rows"] if row["practitioner"]["name"] == name], wanted, "rows of the two")
    ids = [row["practitioner"]["id"] for row in report["rows"]]
    world.equal(ids, sorted(ids), "ids of all practitioners in the report")


@check("REP-04", "REP-08", "GEN-30")
def revenue_of_nobody_is_nothing(world: World) -> None:
    """A practitioner that does not exist has no rows, and totals of 0."""
    for group_by in ("day", "practitioner"):
        report = _revenue(world, "2000-01-01", "2099-12-31", practitioner_id=2147483647, group_by=group_by)
        report.has(rows=[], totals=_NOTHING)


@check("REP-05", "REP-06", "REP-07", "GEN-14", "GEN-02")
def revenue_counts_everything_once_beyond_32_bits(world: World) -> None:
    """Lines and payments of an invoice multiply nothing, equal ones all count; sums are exact, in rows and totals."""
    till = _till(world, price_cents=99999999, tax_bp=3333)
    for _ in range(2):
        till.bill("2031-08-01T12:00:00Z", [1000, 1000, 1], [2147483648, 2147483648])
    wanted = _sum(400199995998, 133386658668, 8589934592, 2, 6)
    for group_by in ("day", "practitioner"):
        query = {"practitioner_id": till.practitioner, "group_by": group_by}
        report = _revenue(world, "2031-08-01", "2031-08-01", **query)
        report.has({f"rows.0.{name}": value for name, value in wanted.items()}).has(totals=wanted)


@check("REP-06")
def revenue_shows_what_was_paid_whenever(world: World) -> None:
    """Payments of today count for the day of the invoice, years ago, and for no other."""
    till = _till(world)
    today = world.patient()["created_at"][:10]
    till.bill("2005-08-01T12:00:00Z", [2], [4, 4])
    past = _revenue(world, "2005-08-01", "2005-08-01", practitioner_id=till.practitioner)
    past.has(rows=[{"day": "2005-08-01", **_sum(10, 1, 8, 1, 1)}])
    _revenue(world, today, today, practitioner_id=till.practitioner).has(rows=[], totals=_NOTHING)


@check("REP-07", "REP-05")
def what_is_not_invoiced_is_no_revenue(world: World) -> None:
    """Treatments of appointments without invoice count nowhere, those of one appointment with a quantity once."""
    till = _till(world)
    till.bill("2031-08-01T12:00:00Z", [1000])
    for way in (("confirmed",), ("confirmed", "completed")):
        one = world.appointment(*way, **till.place)
        world.treatment(one["id"], service_id=till.service)
    report = _revenue(world, "2000-01-01", "2099-12-31", practitioner_id=till.practitioner)
    report.has(rows=[{"day": "2031-08-01", **_sum(5000, 500, 0, 1, 1)}])


@check("REP-09")
def deleted_patients_leave_their_revenue(world: World) -> None:
    """Invoices stay in the report when their patient is deleted, by day and by practitioner."""
    till = _till(world)
    till.place["patient_id"] = world.patient()["id"]
    till.bill("2031-08-01T12:00:00Z", [2], [1])
    world.staff.delete(f"/patients/{till.place['patient_id']}").needed(204)
    for group_by in ("day", "practitioner"):
        query = {"practitioner_id": till.practitioner, "group_by": group_by}
        report = _revenue(world, "2031-08-01", "2031-08-01", **query).has(totals=_sum(10, 1, 1, 1, 1))
        report.has({f"rows.0.{name}": value for name, value in _sum(10, 1, 1, 1, 1).items()})


@check("REP-13")
def revenue_says_what_it_is_about(world: World) -> None:
    """The report shows `from`, `to` and `group_by` of the request."""
    for group_by in ("day", "practitioner"):
        query = {"practitioner_id": 2147483647, "group_by": group_by}
        report = _revenue(world, "2031-05-02", "2031-07-03", **query)
        report.has({"from": "2031-05-02", "to": "2031-07-03", "group_by": group_by})
