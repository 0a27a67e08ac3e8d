from datetime import UTC, datetime, timedelta

import jwt
from django.conf import settings
from rest_framework.response import Response
from rest_framework.test import APIClient

from clinic import tokens
from clinic.models import Room
from clinic.tests.cases import ClinicTestCase
from clinic.tests.making import PASSWORD, make_invoice, make_patient, make_user


class ApiTests(ClinicTestCase):
    def setUp(self) -> None:
        self.client = self.client_of(self.user.pk)

    def client_of(self, user_id: int) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user_id)}")
        return client

    def assert_refused(self, response: Response, status: int, *fields: str) -> None:
        self.assertEqual(response.status_code, status, response.content)
        told = response.json()["error"].get("fields", [])
        self.assertCountEqual([each["field"] for each in told], fields)

    def test_register_login_and_me(self) -> None:
        client = APIClient()
        made = client.post(
            "/users", {"email": "Bo@clinic.test", "password": PASSWORD, "name": "Bo"}, "json"
        ).json()
        self.assertEqual(made["role"], "staff")
        answer = client.post(
            "/sessions", {"email": "bO@clinic.test", "password": PASSWORD}, "json"
        ).json()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer['token']}")
        self.assertEqual(client.get("/users/me").json(), made)

    def test_wrong_password_and_unknown_email_are_refused_alike(self) -> None:
        answers = [
            APIClient().post("/sessions", {"email": email, "password": "nope"}, "json")
            for email in (self.user.email, "nobody@clinic.test")
        ]
        for answer in answers:
            self.assert_refused(answer, 401)
        self.assertEqual(answers[0].json(), answers[1].json())

    def test_tokens_that_are_not_good(self) -> None:
        past = {"sub": str(self.user.pk), "exp": datetime.now(UTC) - timedelta(seconds=1)}
        unsigned = jwt.encode({**past, "exp": 2**40}, None, "none")
        for token in ("", "x.y.z", jwt.encode(past, settings.SECRET_KEY, "HS256"), unsigned):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
            self.assert_refused(client.get("/users/me"), 401)

    def test_staff_may_not_do_what_is_for_managers(self) -> None:
        staff = self.client_of(make_user("staff@clinic.test").pk)
        self.assert_refused(staff.post("/rooms", {"name": 5}, "json"), 403)
        self.assert_refused(staff.get("/reports/revenue"), 403)
        self.assertFalse(Room.objects.exists())

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        body = {"name": " ", "email": "a@b", "birth_date": "2001-02-29", "tags": ["A"], "x": 1}
        self.assert_refused(self.client.post("/patients", body, "json"), 422, *body)
        self.assert_refused(self.client.get("/patients?limit=0&tag=&x=1"), 422, "limit", "tag", "x")

    def test_nothing_is_converted(self) -> None:
        for price in ("5", True, 1.5, None, 10**40):
            body = {"name": "Check", "price_cents": price, "tax_bp": 0}
            self.assert_refused(self.client.post("/services", body, "json"), 422, "price_cents")

    def test_a_body_must_be_an_object(self) -> None:
        for body in ("", "[]", "{", "null"):
            answer = self.client.generic("POST", "/rooms", body, "application/json")
            self.assert_refused(answer, 422, "body")

    def test_a_missing_thing_goes_before_a_wrong_body(self) -> None:
        for pk in ("0", "2147483648", "x", "4711"):
            self.assert_refused(self.client.patch(f"/patients/{pk}", {"x": 1}, "json"), 404)

    def test_null_clears_and_what_is_left_out_stays(self) -> None:
        patient = make_patient(self.user, email="berta@mail.test", note="", tags=["b", "a"])
        path = f"/patients/{patient.pk}"
        changed = self.client.patch(path, {"email": None}, "json").json()
        self.assertEqual(
            (changed["email"], changed["note"], changed["tags"]), (None, "", ["a", "b"])
        )
        self.assertEqual(self.client.get(path).json(), changed)

    def test_a_cursor_leads_to_the_end(self) -> None:
        for number in range(5):
            Room.objects.create(name=str(number))
        names, cursor = [], ""
        while cursor is not None:
            answer = self.client.get(
                "/rooms", {"limit": 2} | ({"cursor": cursor} if cursor else {})
            )
            names += [room["name"] for room in answer.json()["items"]]
            cursor = answer.json()["next_cursor"]
        self.assertEqual(names, list("01234"))
        self.assert_refused(self.client.get("/rooms?cursor=not-a-cursor"), 422, "cursor")

    def test_a_payment_is_refused_for_header_and_body_together(self) -> None:
        path = f"/invoices/{make_invoice(self.user, 100).pk}/payments"
        answer = self.client.post(path, {}, "json", HTTP_IDEMPOTENCY_KEY="a b")
        self.assert_refused(answer, 422, "amount_cents", "method", "Idempotency-Key")
