"""The house style screens, and the findings that house style entries cause."""

import re

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from stories import checks
from stories.drafts import revisions
from stories.models import CheckLevel, HouseWord
from tests.factories import make_question, make_story
from tests.outcomes import list_admin_errors, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db

LIST = reverse("admin:stories_houseword_changelist")
ADD = reverse("admin:stories_houseword_add")
PASTE = reverse("admin:stories_houseword_add_many")


def test_a_curator_can_add_change_and_delete_an_entry_and_each_step_is_logged(curator_client):
    assert (
        curator_client.post(ADD, {"written": " web  site", "preferred": "website", "language": "en"}).status_code == 302
    )
    word = HouseWord.objects.get()
    assert (word.written, word.folded) == ("web site", "web site")
    address = reverse("admin:stories_houseword_change", args=[word.pk])
    assert (
        curator_client.post(address, filled(curator_client.get(address)) | {"reason": "One word."}).status_code == 302
    )
    assert "One word." in curator_client.get(f"{LIST}?q=website").content.decode()
    assert "One word." not in curator_client.get(f"{LIST}?q=ferry").content.decode()
    assert (
        curator_client.post(reverse("admin:stories_houseword_delete", args=[word.pk]), {"post": "yes"}).status_code
        == 302
    )
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["added", "changed", "deleted"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"written": "", "preferred": "x"}, ("written", "required")),
        ({"written": "\u200b", "preferred": "x"}, ("written", "empty")),
        ({"written": "x", "preferred": "x"}, ("preferred", "same")),
        ({"written": "x" * 101}, ("written", "max_length")),
    ],
)
def test_an_invalid_entry_is_refused_with_a_reason(curator_client, fields, error):
    response = curator_client.post(ADD, fields)
    assert response.status_code == 200
    assert list_admin_errors(response)[0] == error
    problem = response.context["problems"][0]
    assert f'<a href="#{problem.field}">{problem.message}</a>' in response.content.decode()


def test_a_language_has_only_one_entry_for_a_word(curator_client):
    HouseWord.objects.create(written="web site", preferred="website")
    response = curator_client.post(ADD, {"written": "web site", "preferred": "web-site"})
    assert [name for name, _ in list_admin_errors(response)] == ["__all__"]
    assert HouseWord.objects.get().preferred == "website"


def test_pasted_entries_are_all_imported_or_the_refused_lines_are_listed(curator_client):
    refused = curator_client.post(PASTE, {"lines": "web site,website\nsame,same"}).context["form"].errors
    assert [re.findall(r"\d+", each) for each in refused["lines"]] == [["2"]]
    refused = curator_client.post(PASTE, {"lines": "\n".join(["same,same"] * 25)}).context["form"].errors
    assert [re.findall(r"\d+", each) for each in refused["lines"]] == [[str(line)] for line in (*range(1, 21), 5)]
    assert not HouseWord.objects.exists()
    response = curator_client.post(PASTE, {"lines": "web site,website\nvery"}, follow=True)
    assert list_levels(response) == ["success"]
    assert HouseWord.objects.count() == 2
    assert list_errors(curator_client.post(PASTE, {"lines": ""}).context["form"]) == [("lines", "required")]


def test_writers_can_read_house_style_but_not_change_it(writer_client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    assert writer_client.get(LIST).status_code == 200
    screen = writer_client.get(reverse("admin:stories_houseword_change", args=[word.pk])).content.decode()
    assert "website" in screen
    assert "All languages" in screen
    assert writer_client.get(ADD).status_code == 403
    assert writer_client.post(PASTE, {"lines": "x,y"}).status_code == 403


def list_findings(work) -> list[tuple[str, str, str]]:
    document = revisions.record_revision(work, by=None).document.value()
    return [
        (finding.code, finding.level.value, finding.message)
        for finding in checks.run_checks(document, checks.load_house_rules())
        if finding.code.startswith("house.")
    ]


def test_deviations_from_house_style_are_findings_except_in_quotations():
    HouseWord.objects.create(written="web site", preferred="website", reason="One word.")
    HouseWord.objects.create(written="very")
    HouseWord.objects.create(written="lorry", preferred="Lastwagen", language="de")
    text = "A web site, a very old web site. “It is a very old web site,” she said. See https://lisle.example/very."
    assert list_findings(make_story(texts={"behind": text})) == [
        ("house.banned", "warning", "Avoid “very”."),
        ("house.spelling", "hint", "Write “website”, not “web site” (2 times). One word."),
    ]
    assert [code for code, _, _ in list_findings(make_question(introduction="It is a web site."))] == ["house.spelling"]


def test_the_level_of_house_style_checks_can_be_changed():
    HouseWord.objects.create(written="very")
    CheckLevel.objects.create(code="house.banned", level="hint")
    assert [level for _, level, _ in list_findings(make_story(texts={"behind": "It is very old."}))] == ["hint"]
