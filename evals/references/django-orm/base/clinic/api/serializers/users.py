from rest_framework import serializers

from clinic.api.fields import Email, Name, Password, Text
from clinic.api.serializers.base import Strict
from clinic.models import User


class UserIn(Strict):
    email = Email()
    password = Password()
    name = Name()


class UserOut(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "email", "name", "role", "created_at"]


class SessionIn(Strict):
    email = Text(allow_blank=True)
    password = Text(allow_blank=True)
