from collections.abc import Iterator
from contextlib import contextmanager

from django.test import TestCase

from clinic.errors import Refusal
from clinic.models import User
from clinic.tests.making import make_user


class ClinicTestCase(TestCase):
    """With a manager, who is the first user."""

    user: User

    @classmethod
    def setUpTestData(cls) -> None:
        cls.user = make_user()

    @contextmanager
    def refused(self, code: str) -> Iterator[None]:
        with self.assertRaises(Refusal) as caught:
            yield
        self.assertEqual(caught.exception.code, code)
