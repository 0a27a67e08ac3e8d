from datetime import timedelta

from django.db import IntegrityError
from django.db.models import F

from clinic.errors import Invalid
from clinic.models import Appointment, AuditEntry, Status
from clinic.services import appointments, patients, price_list
from clinic.tests.cases import ClinicTestCase
from clinic.tests.making import (
    HALF_AN_HOUR,
    NINE,
    make_appointment,
    make_patient,
    make_practitioner,
    make_room,
    make_service,
)


class AppointmentTests(ClinicTestCase):
    def become(self, appointment: Appointment, *statuses: Status) -> None:
        for status in statuses:
            appointments.change_status(self.user, appointment.pk, status=status)

    def test_practitioner_and_room_are_each_taken_once(self) -> None:
        shared = {"practitioner_id": make_practitioner().pk, "room_id": make_room().pk}
        make_appointment(self.user, **shared)
        for name, pk in shared.items():
            with self.refused("slot_taken"):
                make_appointment(self.user, starts_at=NINE + HALF_AN_HOUR / 2, **{name: pk})

    def test_appointments_may_touch(self) -> None:
        room = make_room()
        for number in (0, 2, 1):
            make_appointment(self.user, starts_at=NINE + number * HALF_AN_HOUR, room_id=room.pk)

    def test_only_a_cancelled_appointment_frees_its_slot(self) -> None:
        room = make_room()
        self.become(make_appointment(self.user, room_id=room.pk), Status.CANCELLED)
        second = make_appointment(self.user, room_id=room.pk)
        self.become(second, Status.CONFIRMED, Status.NO_SHOW)
        with self.refused("slot_taken"):
            make_appointment(self.user, room_id=room.pk)

    def test_what_it_refers_to_must_be_there(self) -> None:
        patient = make_patient(self.user)
        patients.delete(self.user, patient.pk)
        with self.assertRaises(Invalid) as caught:
            make_appointment(self.user, patient_id=patient.pk, room_id=0)
        self.assertEqual(set(caught.exception.fields), {"patient_id", "room_id"})

    def test_it_lasts_for_eight_hours_at_most(self) -> None:
        make_appointment(self.user, ends_at=NINE + timedelta(hours=8))
        for ends_at in (NINE, NINE + timedelta(hours=8, minutes=1)):
            with self.refused("invalid"):
                make_appointment(self.user, ends_at=ends_at)

    def test_the_database_refuses_one_that_ends_before_it_starts(self) -> None:
        appointment = make_appointment(self.user)
        with self.assertRaises(IntegrityError):
            Appointment.objects.filter(pk=appointment.pk).update(ends_at=F("starts_at"))

    def test_an_illegal_change_of_status_leaves_no_trace(self) -> None:
        appointment = make_appointment(self.user)
        before = AuditEntry.objects.count()
        with self.refused("illegal_transition"):
            self.become(appointment, Status.COMPLETED)
        self.assertEqual(appointments.read(appointment.pk).status, Status.SCHEDULED)
        self.assertEqual(AuditEntry.objects.count(), before)

    def test_a_treatment_keeps_the_price_of_its_day(self) -> None:
        appointment, service = make_appointment(self.user), make_service(self.user, 50, 1900)
        self.become(appointment, Status.CONFIRMED)
        appointments.add_treatment(appointment.pk, service_id=service.pk, quantity=1)
        price_list.update(self.user, service.pk, price_cents=9999)
        (treatment,) = appointments.read(appointment.pk).treatments.all()
        # 9.5 cents of tax: half a cent goes up.
        self.assertEqual((treatment.net_cents, treatment.tax_cents), (50, 10))

    def test_a_treatment_wants_a_confirmed_appointment(self) -> None:
        appointment, service = make_appointment(self.user), make_service(self.user)
        with self.refused("not_treatable"):
            appointments.add_treatment(appointment.pk, service_id=service.pk, quantity=1)

    def test_a_page_costs_three_statements_however_long_it_is(self) -> None:
        for _ in range(4):
            make_appointment(self.user)
        with self.assertNumQueries(3):
            page = appointments.list(statuses=[], start=None, end=None, after=None, limit=3)
            shown = [
                (item.room.name, [*item.treatments.all()], item.invoice_id) for item in page.items
            ]
        self.assertEqual(shown, [("1", [], None)] * 3)
