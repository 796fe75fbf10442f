"""The bar on readers' pages: for people of the desk alone, each what they may do, and kept by nobody."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from newsroom.http import clock
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import Outlet, Work
from stories.publishing import review
from stories.workflow import trash
from tests.conftest import signed_in
from tests.factories import (
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
ROLES = ("Writer", "Editor", "Curator", "Administrator")
LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>\s*(.*?)\s*</a>', re.DOTALL)


def asked(client: Client, page: str, language: str = "en"):
    """Return the answer to what the script of a page asks."""
    return client.get(f"{reverse('admin:staff_bar')}?{urlencode({'page': page, 'language': language})}")


def said(answer) -> str:
    """Return how the bar says that the page stands, word after word."""
    found = re.findall(r"<(strong|span)[^>]*>(.*?)</\1>", answer.content.decode(), re.DOTALL)
    return " · ".join(re.sub("<[^>]+>", "", words) for _, words in found)


def ways(answer) -> dict[str, str]:
    """Return where the bar leads, by the words of its links."""
    return {words: address for address, words in LINK.findall(answer.content.decode())}


def at_the_desk(role: str) -> Client:
    return signed_in(make_user(role=role))


def edited(story, words: str = "Words that are not public yet"):
    story.headline = words
    story.save()
    revisions.record_revision(story, by=None)
    return story


@pytest.fixture
def story():
    return make_published_story(slug="pier", topics=(make_topic(slug="gates"),), outlets=(make_outlet(slug="courier"),))


def test_whoever_is_not_of_the_desk_is_told_nothing_that_they_could_not_read(story):
    edited(story)
    nobody, account, without_role = Client(), at_the_desk(""), make_user(role="")
    without_role.is_staff = True
    without_role.save()
    for client in (nobody, account, signed_in(without_role)):
        for page in ("/stories/pier/", "/", "/nowhere/"):
            answer = asked(client, page)
            assert (answer.status_code, answer.content) == (403, b"")


def test_without_a_demanded_second_factor_somebody_is_told_nothing(story, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    person = make_user()
    assert asked(signed_in(person), "/stories/pier/").status_code == 302
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert asked(signed_in(person), "/stories/pier/").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "head", "options"])
def test_it_is_asked_by_get_alone(editor_client, method):
    assert getattr(editor_client, method)(reverse("admin:staff_bar")).status_code == 405


def test_no_cache_keeps_it_and_no_other_site_reads_it(story, editor_client):
    for one in (Client(), editor_client):
        answer = asked(one, "/stories/pier/")
        assert answer["Cache-Control"] == "no-store, private"
        assert "Cookie" in answer["Vary"]
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not {"ETag", "Surrogate-Key", "Cache-Tag", "CDN-Cache-Control"} & {*answer.headers}


@pytest.mark.parametrize(
    ("role", "words"),
    [("Writer", "Edit this story"), ("Editor", "Edit this story"), ("Curator", "Open at the desk"),
     ("Administrator", "Edit this story")],
)  # fmt: skip
def test_each_role_is_led_to_what_it_may_do_with_a_story(story, role, words):
    client = at_the_desk(role)
    found = ways(asked(client, "/stories/pier/"))
    assert found[words] == reverse("admin:stories_story_change", args=[story.pk])
    assert found["History"] == reverse("admin:stories_story_history", args=[story.pk])
    assert "Preview" not in found
    assert [client.get(address).status_code for address in found.values()] == [200] * len(found)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_led_to_what_it_may_do_with_names_and_pages(story, role):
    about = AboutPage.objects.create(slug="how", title="How", text="We read.")
    question = make_published_question(slug="who-closed-it")
    client = at_the_desk(role)
    topic, outlet = story.work_topics.get().topic, Outlet.objects.get(slug="courier")
    is_curator, is_chief = role in {"Curator", "Administrator"}, role == "Administrator"
    expected = {
        "/topics/gates/": ("Edit this topic" if is_curator else "Open at the desk", "topics_topic", topic),
        "/sources/courier/": ("Edit this outlet" if is_curator else "Open at the desk", "stories_outlet", outlet),
        "/questions/who-closed-it/": (
            "Open at the desk" if role == "Curator" else "Edit this question", "stories_faq", question,
        ),
    }  # fmt: skip
    for page, (words, view, thing) in expected.items():
        found = ways(asked(client, page))
        assert found[words] == reverse(f"admin:{view}_change", args=[thing.pk])
        assert [client.get(address).status_code for address in found.values()] == [200] * len(found)
    assert ("Edit this page" in ways(asked(client, about.get_absolute_url()))) is is_chief
    assert ("Arrange the front page" in ways(asked(client, "/"))) is (role in {"Editor", "Administrator"})


@pytest.mark.parametrize(
    "page", ["/stories/pier/history/", "/stories/pier/history/1/", "/stories/pier/?x=1", "/stories/%70ier/"]
)
def test_the_pages_beside_a_story_lead_to_it_too(story, editor_client, page):
    assert ways(asked(editor_client, page.partition("?")[0]))["Edit this story"].endswith(f"/{story.pk}/change/")


def test_a_list_in_another_language_leads_to_the_same_topic(story, editor_client, four_languages):
    answer = asked(editor_client, "/de/topics/gates/", "de")
    assert ways(answer)["In der Redaktion öffnen"].endswith(f"/{story.work_topics.get().topic_id}/change/")


@pytest.mark.parametrize(
    "page", ["", "/nowhere/", "/stories/never-was/", "/topics/never-was/", "//x", "/%00", "/stories/%ff/"]
)
def test_where_nothing_of_the_desk_stands_it_leads_to_the_desk_alone(editor, editor_client, page):
    assert ways(asked(editor_client, page)).keys() == {"Desk", str(editor)}


def test_it_says_how_a_story_stands(story, editor_client, editor):
    assert said(asked(editor_client, "/stories/pier/")) == "Live"
    edited(story)
    answer = asked(editor_client, "/stories/pier/")
    assert said(answer) == "Live · a newer draft is at the desk"
    assert ways(answer)["Preview"] == reverse("admin:stories_story_preview", args=[story.pk])
    assert "not public yet" not in answer.content.decode()
    review.send_for_review(Work.objects.get(pk=story.pk), by=make_user())
    assert said(asked(editor_client, "/stories/pier/")) == "Live · a newer draft is at the desk · in review"
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    assert said(asked(editor_client, "/stories/pier/")).startswith("Withdrawn")


def test_it_says_when_a_story_goes_out_and_what_was_never_public(editor_client, editor):
    waiting, draft, binned = (make_story(slug=slug) for slug in ("waiting", "a-draft", "thrown-away"))
    publishing.schedule(waiting, by=editor, at=clock.now() + timedelta(days=400))
    trash.move_to_trash(binned, by=editor)
    assert re.fullmatch(
        r"Draft · scheduled for \d+\s\w+\s\d{4}, \d\d:\d\d", said(asked(editor_client, "/stories/waiting/"))
    )
    assert said(asked(editor_client, "/stories/a-draft/")) == "Draft"
    assert said(asked(editor_client, "/stories/thrown-away/")) == "In the bin"
    assert {asked(Client(), f"/stories/{each.slug}/").content for each in (waiting, draft, binned)} == {b""}


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("de", "Diesen Beitrag bearbeiten", "ltr"), ("es", "Editar este reportaje", "ltr"), ("ar", "تعديل هذه القصة", "rtl"),
     ("en-GB", "Edit this story", "ltr"), ("fr", "Edit this story", "ltr"), ("../de", "Edit this story", "ltr")],
)  # fmt: skip
def test_it_speaks_the_language_of_the_page_where_there_are_words_in_it(
    story, editor_client, language, words, direction
):
    answer = asked(editor_client, "/stories/pier/", language)
    assert words in ways(answer)
    assert f'dir="{direction}"' in answer.content.decode()


def test_a_name_with_signs_of_markup_stays_a_name(story):
    person = make_user(username="editor2")
    person.first_name = "<img src=x>"
    person.save()
    assert "<img" not in asked(signed_in(person), "/stories/pier/").content.decode()


def test_it_asks_no_more_for_a_story_with_more_in_it(django_assert_max_num_queries, editor, editor_client):
    make_published_story(
        slug="long", topics=tuple(make_topic(picture=make_image()) for _ in range(5)),
        outlets=tuple(make_outlet() for _ in range(5)),
    )  # fmt: skip
    with django_assert_max_num_queries(5):
        assert said(asked(editor_client, "/stories/long/")) == "Live"


def test_pages_of_readers_carry_the_script_and_previews_embeds_and_sign_in_do_not(story, editor_client):
    client = Client()
    draft = make_story(slug="not-yet")
    has_it = {
        address: "js/staff_bar.js" in one.get(address).content.decode()
        for one, address in (
            (client, "/stories/pier/"), (client, "/"), (client, "/topics/gates/"), (client, "/nowhere/"),
            (client, "/stories/pier/embed/"), (client, "/accounts/login/"),
            (editor_client, reverse("admin:stories_story_preview", args=[draft.pk])),
        )
    }  # fmt: skip
    assert list(has_it.values()) == [True] * 4 + [False] * 3


def test_a_page_is_the_same_for_whoever_is_marked(story, editor_client):
    editor_client.get("/admin/")
    assert "desk" in editor_client.cookies
    pages = [one.get("/stories/pier/") for one in (Client(), editor_client)]
    assert pages[0].content == pages[1].content
    assert dict(pages[0].headers) == dict(pages[1].headers)
