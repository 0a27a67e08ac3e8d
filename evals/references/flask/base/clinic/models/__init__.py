from clinic.models.appointment import Appointment, Status
from clinic.models.audit_entry import Action, AuditEntry, Entity
from clinic.models.base import Base
from clinic.models.invoice import ONE_INVOICE_PER_APPOINTMENT, Invoice
from clinic.models.patient import ONE_PATIENT_PER_EMAIL, Patient, PatientTag
from clinic.models.payment import Method, Payment
from clinic.models.practitioner import Practitioner, PractitionerSpecialty
from clinic.models.room import Room
from clinic.models.service import Service
from clinic.models.treatment import Treatment
from clinic.models.user import ONE_USER_PER_EMAIL, Role, User

__all__ = [
    "ONE_INVOICE_PER_APPOINTMENT",
    "ONE_PATIENT_PER_EMAIL",
    "ONE_USER_PER_EMAIL",
    "Action",
    "Appointment",
    "AuditEntry",
    "Base",
    "Entity",
    "Invoice",
    "Method",
    "Patient",
    "PatientTag",
    "Payment",
    "Practitioner",
    "PractitionerSpecialty",
    "Role",
    "Room",
    "Service",
    "Status",
    "Treatment",
    "User",
]
