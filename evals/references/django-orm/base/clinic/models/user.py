from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from clinic.models.base import Checked, FoldedField
from clinic.text import fold


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> "User | None":
        return self.filter(email_folded=fold(email)).first()


class User(Checked, AbstractBaseUser):
    class Role(models.TextChoices):
        MANAGER = "manager"
        STAFF = "staff"

    last_login = None  # nothing asks when it was
    email = models.CharField(max_length=254)
    email_folded = FoldedField(max_length=254, of="email")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email_folded"
    objects = UserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_folded"],
                name="one_user_per_email",
                violation_error_code="email_taken",
                violation_error_message="Another user has this email.",
            ),
        ]

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER
