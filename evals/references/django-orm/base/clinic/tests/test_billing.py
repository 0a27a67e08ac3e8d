from datetime import timedelta

from clinic.figures import Figures
from clinic.models import Invoice, Payment, Status
from clinic.services import appointments, invoices, payments, reports
from clinic.tests.cases import ClinicTestCase
from clinic.tests.making import (
    HALF_AN_HOUR,
    NINE,
    make_appointment,
    make_invoice,
    make_practitioner,
    make_service,
)


class InvoiceTests(ClinicTestCase):
    def test_an_appointment_is_invoiced_once_and_as_it_is(self) -> None:
        invoice = make_invoice(self.user, 100, 200)
        self.assertEqual([line.net_cents for line in invoices.read(invoice.pk).lines], [100, 200])
        with self.refused("already_invoiced"):
            invoices.issue_invoice(self.user, invoice.appointment_id)
        with self.refused("already_invoiced"):
            appointments.add_treatment(
                invoice.appointment_id, service_id=make_service(self.user).pk, quantity=1
            )

    def test_the_database_too_knows_one_invoice_for_an_appointment(self) -> None:
        first = make_invoice(self.user, 100)
        second = Invoice(appointment=first.appointment, issued_at=NINE, net_cents=0, tax_cents=0)
        with self.refused("already_invoiced"):
            second.save()

    def test_there_must_be_something_to_invoice(self) -> None:
        appointment = make_appointment(self.user)
        with self.refused("not_completed"):
            invoices.issue_invoice(self.user, appointment.pk)
        for status in (Status.CONFIRMED, Status.COMPLETED):
            appointments.change_status(self.user, appointment.pk, status=status)
        with self.refused("no_treatments"):
            invoices.issue_invoice(self.user, appointment.pk)


class PaymentTests(ClinicTestCase):
    def pay(self, invoice: Invoice, amount_cents: int, key: str | None = None) -> Payment:
        return payments.pay(
            self.user, invoice.pk, amount_cents=amount_cents, method="cash", key=key
        )

    def test_payments_go_up_to_the_balance(self) -> None:
        invoice = make_invoice(self.user, 100)
        self.assertEqual(self.pay(invoice, 60).balance_cents, 40)
        with self.refused("exceeds_balance"):
            self.pay(invoice, 41)
        self.pay(invoice, 40)
        self.assertEqual(invoices.read(invoice.pk).status, "paid")

    def test_a_key_pays_once(self) -> None:
        invoice = make_invoice(self.user, 100)
        first = self.pay(invoice, 100, key="k")
        self.assertEqual(self.pay(invoice, 100, key="k"), first)
        with self.refused("idempotency_conflict"):
            self.pay(invoice, 99, key="k")
        self.assertEqual(Payment.objects.count(), 1)

    def test_a_key_belongs_to_its_invoice_and_a_refused_payment_takes_none(self) -> None:
        one, other = make_invoice(self.user, 100), make_invoice(self.user, 100)
        with self.refused("exceeds_balance"):
            self.pay(one, 101, key="k")
        self.assertNotEqual(self.pay(one, 100, key="k"), self.pay(other, 100, key="k"))


class ReportTests(ClinicTestCase):
    def test_lines_and_payments_do_not_multiply_each_other(self) -> None:
        invoice = make_invoice(self.user, 2**40, 200, 300)
        for _ in range(2):
            payments.pay(self.user, invoice.pk, amount_cents=50, method="card")
        revenue = reports.revenue(
            first=NINE.date(), last=NINE.date(), group_by="day", practitioner_id=None
        )
        figures = Figures(2**40 + 500, 0, 2**40 + 500, 100, invoices=1, treatments=3)
        self.assertEqual(revenue.rows, [(NINE.date(), figures)])
        self.assertEqual(revenue.totals, figures)

    def test_revenue_by_practitioner(self) -> None:
        idle, busy = make_practitioner(), make_practitioner()
        for number in range(2):
            starts_at = NINE + number * HALF_AN_HOUR
            make_invoice(self.user, 100, practitioner_id=busy.pk, starts_at=starts_at)
        for practitioner, rows in ((busy, 1), (idle, 0)):
            revenue = reports.revenue(
                first=NINE.date(),
                last=NINE.date(),
                group_by="practitioner",
                practitioner_id=practitioner.pk,
            )
            self.assertEqual([who for who, _ in revenue.rows], [busy] * rows)
            self.assertEqual(revenue.totals.invoices, 2 * rows)

    def test_utilisation_cuts_off_what_is_outside(self) -> None:
        idle, busy = make_practitioner(), make_practitioner()
        for number in range(3):
            starts_at = NINE + number * HALF_AN_HOUR
            make_appointment(self.user, practitioner_id=busy.pk, starts_at=starts_at)
        make_appointment(self.user, practitioner_id=idle.pk, starts_at=NINE + timedelta(days=1))
        quarter = timedelta(minutes=15)
        rows = reports.utilisation(start=NINE + quarter, end=NINE + 2 * HALF_AN_HOUR)
        told = [(row.practitioner, row.booked_minutes, row.appointments) for row in rows]
        self.assertEqual(told, [(idle, 0, 0), (busy, 45, 2)])
