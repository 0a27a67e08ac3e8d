from clinic.models import Action, AuditEntry, Patient
from clinic.services import patients
from clinic.tests.cases import ClinicTestCase
from clinic.tests.making import make_patient


class PatientTests(ClinicTestCase):
    def found(self, search: str | None = None, *tags: str, match: str = "any") -> list[str]:
        page = patients.list(search=search, tags=tags, match=match, after=None, limit=20)
        return [patient.name for patient in page.items]

    def test_an_email_is_taken_in_any_case(self) -> None:
        make_patient(self.user, email="Berta@mail.test")
        with self.refused("email_taken"):
            make_patient(self.user, email="bERTA@mail.test")

    def test_a_deletion_frees_the_email_and_hides_the_patient(self) -> None:
        first = make_patient(self.user, email="berta@mail.test")
        patients.delete(self.user, first.pk)
        make_patient(self.user, name="Bertha", email="berta@mail.test")
        with self.refused("not_found"):
            patients.read(first.pk)
        self.assertEqual(self.found(), ["Bertha"])

    def test_wildcards_of_the_database_are_searched_for_as_they_are(self) -> None:
        make_patient(self.user, name="50% off_")
        make_patient(self.user, name="500 off!")
        self.assertEqual(self.found("0% OFF_"), ["50% off_"])

    def test_only_letters_of_ascii_have_a_case(self) -> None:
        make_patient(self.user, name="Ärzte")
        self.assertEqual(self.found("ÄRZ"), ["Ärzte"])
        self.assertEqual(self.found("ä"), [])

    def test_tags_are_found_by_any_and_by_all(self) -> None:
        make_patient(self.user, name="both", tags=["a", "b"])
        make_patient(self.user, name="one", tags=["b"])
        self.assertEqual(self.found(None, "a", "b"), ["both", "one"])
        self.assertEqual(self.found(None, "a", "b", "a", match="all"), ["both"])

    def test_an_update_replaces_tags_and_tells_what_changed_alone(self) -> None:
        patient = make_patient(self.user, note="tall", tags=["a", "b"])
        patients.update(self.user, patient.pk, note="tall", tags=["c", "b"])
        self.assertEqual(patients.read(patient.pk).tags, ["b", "c"])
        entry = AuditEntry.objects.get(action=Action.PATIENT_UPDATED)
        self.assertEqual(entry.changes, {"tags": {"old": ["a", "b"], "new": ["b", "c"]}})

    def test_an_update_that_changes_nothing_leaves_no_trace(self) -> None:
        patient = make_patient(self.user, email="berta@mail.test")
        patients.update(self.user, patient.pk, email="berta@mail.test")
        self.assertFalse(AuditEntry.objects.filter(action=Action.PATIENT_UPDATED).exists())

    def test_a_refused_update_changes_nothing(self) -> None:
        make_patient(self.user, email="taken@mail.test")
        patient = make_patient(self.user)
        with self.refused("email_taken"):
            patients.update(
                self.user, patient.pk, name="Other", email="TAKEN@mail.test", tags=["a"]
            )
        self.assertEqual(patients.read(patient.pk).name, "Berta")
        self.assertEqual(AuditEntry.objects.count(), 2)

    def test_a_page_costs_three_statements_however_long_it_is(self) -> None:
        for number in range(5):
            make_patient(self.user, tags=[f"tag-{number}", "all"])
        with self.assertNumQueries(3):
            page = patients.list(search=None, tags=["all"], match="any", after=None, limit=4)
            self.assertEqual([len(patient.tags) for patient in page.items], [2, 2, 2, 2])
        self.assertEqual(page.total, 5)

    def test_pages_show_each_patient_once_while_others_come_and_go(self) -> None:
        first, second, third = (make_patient(self.user, name=name) for name in "abc")
        page = Patient.objects.present().page(None, 2)
        self.assertEqual([page.total, page.next], [3, (second.created_at, second.pk)])
        patients.delete(self.user, first.pk)
        rest = Patient.objects.present().page(page.next, 2)
        self.assertEqual([rest.items, rest.total, rest.next], [[third], 2, None])
