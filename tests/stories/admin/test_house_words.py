"""The screens of the house dictionary, and its words as findings."""

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from stories import checks
from stories.drafts import revisions
from stories.models import CheckLevel, HouseWord
from tests.factories import make_question, make_story
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db

LIST = reverse("admin:stories_houseword_changelist")
ADD = reverse("admin:stories_houseword_add")
PASTE = reverse("admin:stories_houseword_add_many")


def test_a_curator_adds_changes_and_removes_a_word_and_the_record_says_so(curator_client):
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
    ("body", "why"),
    [
        ({"written": "", "preferred": "x"}, "This field is required."),
        ({"written": "\u200b", "preferred": "x"}, "Name the word."),
        ({"written": "x", "preferred": "x"}, "That is how it is written above."),
        ({"written": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_word_that_is_none_is_refused_with_a_sentence(curator_client, body, why):
    response = curator_client.post(ADD, body)
    assert response.status_code == 200
    assert why in response.content.decode()


def test_the_same_word_stands_once_in_a_language(curator_client):
    HouseWord.objects.create(written="web site", preferred="website")
    response = curator_client.post(ADD, {"written": "web site", "preferred": "web-site"})
    assert "This word stands in the dictionary for this language." in response.content.decode()


def test_many_are_pasted_or_each_line_that_is_refused_is_named(curator_client):
    said = curator_client.post(PASTE, {"lines": "web site,website\nsame,same"}).content.decode()
    assert "Line 2: That is how it is written above." in said
    many = curator_client.post(PASTE, {"lines": "\n".join(["same,same"] * 25)}).content.decode()
    assert "Line 20: " in many
    assert "And 5 more." in many
    response = curator_client.post(PASTE, {"lines": "web site,website\nvery"}, follow=True)
    assert "2 added, 0 changed." in response.content.decode()
    assert "Paste at least one line." in curator_client.post(PASTE, {"lines": ""}).content.decode()


def test_writers_read_the_dictionary_and_change_nothing(writer_client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    assert writer_client.get(LIST).status_code == 200
    assert "website" in writer_client.get(reverse("admin:stories_houseword_change", args=[word.pk])).content.decode()
    assert writer_client.get(ADD).status_code == 403
    assert writer_client.post(PASTE, {"lines": "x,y"}).status_code == 403


def found_on(work) -> list[tuple[str, str, str]]:
    document = revisions.record_revision(work, by=None).document.value()
    return [
        (finding.code, finding.level.value, finding.message)
        for finding in checks.run_checks(document, checks.load_house_rules())
        if finding.code.startswith("house.")
    ]


def test_words_of_the_dictionary_are_findings_but_not_in_quotations():
    HouseWord.objects.create(written="web site", preferred="website", reason="One word.")
    HouseWord.objects.create(written="very")
    HouseWord.objects.create(written="lorry", preferred="Lastwagen", language="de")
    text = "A web site, a very old web site. “It is a very old web site,” she said. See https://lisle.example/very."
    assert found_on(make_story(texts={"behind": text})) == [
        ("house.banned", "warning", "“very” is not used here."),
        ("house.spelling", "hint", "“website” is how it is written here, not “web site” (2 times). One word."),
    ]
    assert [code for code, _, _ in found_on(make_question(introduction="It is a web site."))] == ["house.spelling"]


def test_their_level_is_the_administrators_to_choose():
    HouseWord.objects.create(written="very")
    CheckLevel.objects.create(code="house.banned", level="hint")
    assert [level for _, level, _ in found_on(make_story(texts={"behind": "It is very old."}))] == ["hint"]
