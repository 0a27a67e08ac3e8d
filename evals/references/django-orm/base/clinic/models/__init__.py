from clinic.models.appointment import Appointment, Status
from clinic.models.audit_entry import Action, AuditEntry, Entity
from clinic.models.base import Page
from clinic.models.invoice import Invoice
from clinic.models.patient import Patient, PatientTag
from clinic.models.payment import Method, Payment
from clinic.models.practitioner import Practitioner, PractitionerSpecialty
from clinic.models.room import Room
from clinic.models.service import Service
from clinic.models.treatment import Treatment
from clinic.models.user import User

__all__ = [
    "Action",
    "Appointment",
    "AuditEntry",
    "Entity",
    "Invoice",
    "Method",
    "Page",
    "Patient",
    "PatientTag",
    "Payment",
    "Practitioner",
    "PractitionerSpecialty",
    "Room",
    "Service",
    "Status",
    "Treatment",
    "User",
]
