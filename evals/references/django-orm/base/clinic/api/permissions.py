from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the views themselves import the default permissions
    from rest_framework.views import APIView


class ManagersWhereSaid(BasePermission):
    """Lets everybody in, but only managers to what a view has in `managers_only`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        managers_only = getattr(view, "managers_only", ())
        return getattr(view, "action", None) not in managers_only or request.user.is_manager
