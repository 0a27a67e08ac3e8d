"""The paths of the contract."""

from django.urls import include, path, register_converter

from clinic.routes.converters import IdConverter

register_converter(IdConverter, "id")

urlpatterns = [
    path("health", include("clinic.routes.health")),
    path("users", include("clinic.routes.users")),
    path("sessions", include("clinic.routes.sessions")),
    path("patients", include("clinic.routes.patients")),
    path("practitioners", include("clinic.routes.practitioners")),
    path("rooms", include("clinic.routes.rooms")),
    path("services", include("clinic.routes.services")),
    path("appointments", include("clinic.routes.appointments")),
    path("invoices", include("clinic.routes.invoices")),
    path("reports", include("clinic.routes.reports")),
    path("audit", include("clinic.routes.audit")),
]

handler404 = "clinic.routes.errors.on_unknown_path"
handler500 = "clinic.routes.errors.on_fault"
