"""The paths of the contract."""

from django.urls import path, register_converter
from rest_framework.routers import SimpleRouter

from clinic.api.converters import IdConverter
from clinic.api.views.accounts import HealthView, MeView, SessionsView, UsersView
from clinic.api.views.appointments import AppointmentViewSet
from clinic.api.views.audit import AuditViewSet
from clinic.api.views.invoices import InvoiceViewSet
from clinic.api.views.patients import PatientViewSet
from clinic.api.views.practitioners import PractitionerViewSet
from clinic.api.views.reports import ReportViewSet
from clinic.api.views.rooms import RoomViewSet
from clinic.api.views.services import ServiceViewSet

register_converter(IdConverter, "id")

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("patients", PatientViewSet, "patient")
router.register("practitioners", PractitionerViewSet, "practitioner")
router.register("rooms", RoomViewSet, "room")
router.register("services", ServiceViewSet, "service")
router.register("appointments", AppointmentViewSet, "appointment")
router.register("invoices", InvoiceViewSet, "invoice")
router.register("reports", ReportViewSet, "report")
router.register("audit", AuditViewSet, "audit")

urlpatterns = [
    path("health", HealthView.as_view()),
    path("users", UsersView.as_view()),
    path("users/me", MeView.as_view()),
    path("sessions", SessionsView.as_view()),
    *router.urls,
]
