"""The request bodies of the contract: of what kind each field is, and what each kind allows and refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.behaviour.asking import Json, Reply
from evals.contracts.clinic.checks.making import PASSWORD, World

EMOJI = "\N{GRINNING FACE}"
"""One code point, two UTF-16 units, four bytes."""
NOBODY = 2147483647
"""An id that belongs to nothing."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a field may hold. The kinds of instants, dates and emails have checks of their own for their form."""

    wrong: tuple[Json, ...]
    """Of another JSON type; what one kind of text, integer or list leaves out, another one has."""
    outside: tuple[Json, ...] = ()
    """Of the right type, but not allowed; next to each limit."""
    within: tuple[Json, ...] = ()
    """Each limit itself, and what is easily refused by mistake."""


def _text(outside: tuple[str, ...] = (), within: tuple[str, ...] = (), other: tuple[Json, ...] = ()) -> Kind:
    return Kind(wrong=(5, *other), outside=outside, within=within)


def _integer(least: int, most: int, *more: Json, beyond: int, within: tuple[int, ...] | None = None) -> Kind:
    limits = (least, most) if within is None else within
    return Kind(wrong=("5", 1.5, True, *more), outside=(least - 1, most + 1, beyond), within=limits)


def _words(wrong: tuple[Json, ...], *outside: Json) -> Kind:
    """How many there may be is tested with what they are for."""
    words = ["a", "-", "0-9", "a" * 30]
    return Kind(wrong=("x", *wrong), outside=(["a" * 31], ["fine", "Upper"], *outside), within=([], words))


ID = _integer(1, 2147483647, beyond=2**63, within=())
NAME = _text(("", "n" * 101, "\t\r\n "), ("n",))
NOTE = _text(("n" * 2001,), ("", EMOJI * 2000), (["x"],))
EMAIL, INSTANT, DATE = _text(), _text(other=(True,)), _text(other=({}, True))
TAGS = _words(([5], ["x", True]), [""], ["two words"])
CHANGED_TAGS, SPECIALTIES = _words(({}, [5]), ["a_b"], ["a\n"]), _words(([None], [["x"]]), ["a\n"], [""])
SECRET = _text(
    (
        "seven77",
        "p" * 73,
        "tab\tulator",
        "f\N{LATIN SMALL LETTER U WITH DIAERESIS}rstlich",
        "newline8\n",
        "eight88\x7f",
    ),
    (" " * 8, "~ !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}".ljust(72, "p")),
)
TEXT = _text()
STATUS = _text(("", "done", "Confirmed", "confirmed "))
METHOD = _text(("", "cheque", "CASH", " cash"), ("cash", "card", "transfer"), (["cash"], True))
PRICE, TAX = _integer(0, 100_000_000, [5], beyond=-(10**25)), _integer(0, 10_000, "", beyond=10**25)
QUANTITY = _integer(1, 1000, beyond=2**63)
AMOUNT = _integer(1, 1_000_000_000_000, beyond=10**25, within=(1,))


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Sends bodies to one place, where a valid one is accepted: the status and the invoice of a form only once."""

    send: Callable[[Json], Reply]
    valid: Callable[[], dict[str, Json]]
    """A valid body, a new one each time."""
    accepted: int = 201


@dataclass(frozen=True, kw_only=True)
class Form:
    """The body of an operation."""

    open: Callable[[World], Sender]
    """Makes what has to be there, once for all checks that use the form."""
    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    nullable: tuple[str, ...] = ()
    strange: tuple[str, ...] = ("extra", "id")
    """Members that it does not have."""


def _user(world: World) -> Sender:
    return Sender(send=lambda body: world.api.post("/users", body), valid=world.user_body)


def _login(world: World) -> Sender:
    good = {"email": world.session.staff["email"], "password": PASSWORD}
    return Sender(send=lambda body: world.api.post("/sessions", body), valid=lambda: good)


def _patient(world: World) -> Sender:
    return Sender(send=lambda body: world.staff.post("/patients", body), valid=world.patient_body)


def _patient_patch(world: World) -> Sender:
    path = f"/patients/{world.shared('changed patient', world.patient)}"
    return Sender(send=lambda body: world.staff.patch(path, body), valid=world.patient_body, accepted=200)


def _practitioner(world: World) -> Sender:
    return Sender(send=lambda body: world.manager.post("/practitioners", body), valid=world.practitioner_body)


def _room(world: World) -> Sender:
    return Sender(send=lambda body: world.manager.post("/rooms", body), valid=world.room_body)


def _service(world: World) -> Sender:
    return Sender(send=lambda body: world.manager.post("/services", body), valid=world.service_body)


def _service_patch(world: World) -> Sender:
    path = f"/services/{world.shared('changed service', world.service)}"
    return Sender(send=lambda body: world.manager.patch(path, body), valid=world.service_body, accepted=200)


def _appointment(world: World) -> Sender:
    return Sender(
        send=lambda body: world.staff.post("/appointments", body), valid=lambda: {**world.ward(), **world.slot()}
    )


def _status(world: World) -> Sender:
    path = f"/appointments/{world.shared('scheduled', world.appointment)}/status"
    return Sender(send=lambda body: world.staff.post(path, body), valid=lambda: {"status": "confirmed"}, accepted=200)


def _treatment(world: World) -> Sender:
    path = f"/appointments/{world.shared('confirmed', world.confirmed)}/treatments"
    body = {"service_id": world.priced(10000, 1900), "quantity": 1}
    return Sender(send=lambda body: world.staff.post(path, body), valid=lambda: body)


def _invoice(world: World) -> Sender:
    path = f"/appointments/{world.shared('billable', world.billable)}/invoice"
    return Sender(send=lambda body: world.staff.post(path, body), valid=lambda: {"issued_at": world.at(0)})


def _payment(world: World) -> Sender:
    path = f"/invoices/{world.shared('invoice', world.invoice)}/payments"
    body = {"amount_cents": 1, "method": "cash"}
    return Sender(send=lambda body: world.staff.post(path, body), valid=lambda: body)


_PATIENT: dict[str, Kind] = {"name": NAME, "email": EMAIL, "birth_date": DATE, "note": NOTE, "tags": TAGS}
_SERVICE: dict[str, Kind] = {"name": NAME, "price_cents": PRICE, "tax_bp": TAX}
_APPOINTMENT: dict[str, Kind] = {
    "patient_id": ID, "practitioner_id": ID, "room_id": ID, "starts_at": INSTANT, "ends_at": INSTANT
}  # fmt: skip
FORMS: dict[str, Form] = {
    "user": Form(
        open=_user,
        fields={"email": EMAIL, "password": SECRET, "name": NAME},
        required=("email", "password", "name"),
        strange=("extra", "id", "role", "created_at"),
    ),
    "login": Form(open=_login, fields={"email": TEXT, "password": TEXT}, required=("email", "password")),
    "patient": Form(
        open=_patient,
        fields=_PATIENT,
        required=("name",),
        nullable=("email", "birth_date", "note"),
        strange=("extra", "id", "created_at", "Name"),
    ),
    "change_of_patient": Form(
        open=_patient_patch,
        fields={**_PATIENT, "tags": CHANGED_TAGS},
        nullable=("email", "birth_date", "note"),
        strange=("extra", "id", "created_at", "deleted"),
    ),
    "practitioner": Form(
        open=_practitioner, fields={"name": NAME, "specialties": SPECIALTIES}, required=("name",)
    ),
    "room": Form(open=_room, fields={"name": NAME}, required=("name",)),
    "service": Form(open=_service, fields=_SERVICE, required=("name", "price_cents", "tax_bp")),
    "change_of_service": Form(open=_service_patch, fields=_SERVICE),
    "appointment": Form(
        open=_appointment,
        fields=_APPOINTMENT,
        required=tuple(_APPOINTMENT),
        strange=("extra", "id", "status", "invoice_id", "patient"),
    ),
    "status": Form(open=_status, fields={"status": STATUS}, required=("status",)),
    "treatment": Form(
        open=_treatment,
        fields={"service_id": ID, "quantity": QUANTITY},
        required=("service_id", "quantity"),
        strange=("extra", "id", "price_cents", "tax_bp"),
    ),
    "invoice": Form(open=_invoice, fields={"issued_at": INSTANT}, strange=("extra", "id", "status", "gross_cents")),
    "payment": Form(
        open=_payment,
        fields={"amount_cents": AMOUNT, "method": METHOD},
        required=("amount_cents", "method"),
        strange=("extra", "id", "paid_at", "invoice_id"),
    ),
}  # fmt: skip
"""Every operation with a body, by a word for it."""
