from django.urls import include, path

urlpatterns = [path("", include("clinic.api.urls"))]

handler404 = "clinic.api.exceptions.on_unknown_path"
handler500 = "clinic.api.exceptions.on_fault"
