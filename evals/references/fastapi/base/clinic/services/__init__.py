from dataclasses import dataclass

from clinic.services.accounts import AccountService
from clinic.services.appointments import AppointmentService
from clinic.services.audit import AuditService
from clinic.services.invoices import InvoiceService
from clinic.services.patients import PatientService
from clinic.services.payments import PaymentService
from clinic.services.practitioners import PractitionerService
from clinic.services.price_list import PriceListService
from clinic.services.reports import ReportService
from clinic.services.rooms import RoomService


@dataclass(frozen=True)
class Services:
    """All that the application can do."""

    accounts: AccountService
    patients: PatientService
    practitioners: PractitionerService
    rooms: RoomService
    price_list: PriceListService
    appointments: AppointmentService
    invoices: InvoiceService
    payments: PaymentService
    reports: ReportService
    audit: AuditService
