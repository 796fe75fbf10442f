"""The staff bar on public pages: who gets it, what it shows, and that it is never cached."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from newsroom.audit.models import AccessEntry
from newsroom.http import clock
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import Outlet, State, Work
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

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]
ROLES = ("Writer", "Editor", "Curator", "Administrator")
LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>\s*(.*?)\s*</a>', re.DOTALL)


def get_bar(client: Client, page: str, language: str = "en"):
    """Return the response that the script on ``page`` would get."""
    return client.get(f"{reverse('admin:staff_bar')}?{urlencode({'page': page, 'language': language})}")


def read_status(response) -> str:
    """Return the status in the bar, with its parts separated by dots."""
    parts = re.findall(r"<(strong|span)[^>]*>(.*?)</\1>", response.content.decode())
    return " · ".join(re.sub("<[^>]+>", "", text) for _, text in parts)


def read_links(response) -> dict[str, str]:
    """Return the addresses of the links in the bar, keyed by the text of the link."""
    return {text: address for address, text in LINK.findall(response.content.decode())}


def client_with_role(role: str) -> Client:
    return signed_in(make_user(role=role))


def edit_draft(story, text: str = "Words that are not public yet"):
    story.headline = text
    story.save()
    revisions.record_revision(story, by=None)
    return story


@pytest.fixture
def story():
    return make_published_story(slug="pier", topics=(make_topic(slug="gates"),), outlets=(make_outlet(slug="courier"),))


def test_users_without_access_to_the_desk_get_an_empty_403(story):
    edit_draft(story)
    anonymous, without_staff_access, without_role = Client(), client_with_role(""), make_user(role="")
    without_role.is_staff = True
    without_role.save()
    for client in (anonymous, without_staff_access, signed_in(without_role)):
        for page in ("/stories/pier/", "/", "/nowhere/"):
            response = get_bar(client, page)
            assert (response.status_code, response.content) == (403, b"")
    # Nobody asked for the bar: a script did.
    assert not AccessEntry.objects.filter(verb="permission refused").exists()


def test_a_required_second_factor_has_to_be_set_up(story, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    person = make_user()
    assert get_bar(signed_in(person), "/stories/pier/").status_code == 302
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert get_bar(signed_in(person), "/stories/pier/").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "head", "options"])
def test_only_get_is_allowed(editor_client, method):
    assert getattr(editor_client, method)(reverse("admin:staff_bar")).status_code == 405


def test_the_bar_is_not_cached_and_not_readable_by_other_sites(story, editor_client):
    for each in (Client(), editor_client):
        response = get_bar(each, "/stories/pier/")
        assert response["Cache-Control"] == "no-store, private"
        assert "Cookie" in response["Vary"]
        assert not [name for name in response.headers if name.startswith("Access-Control-")]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not {"ETag", "Surrogate-Key", "Cache-Tag", "CDN-Cache-Control"} & {*response.headers}


@pytest.mark.parametrize(
    ("role", "may_change"), [("Writer", True), ("Editor", True), ("Curator", False), ("Administrator", True)]
)
def test_each_role_gets_its_links_for_a_story(story, role, may_change):
    client = client_with_role(role)
    response = get_bar(client, "/stories/pier/")
    bar, links = response.context["bar"], list(read_links(response).values())
    assert (bar.kind, bar.may_change, bar.preview_address) == ("story", may_change, "")
    assert bar.change_address == reverse("admin:stories_story_change", args=[story.pk])
    assert bar.history_address == reverse("admin:stories_story_history", args=[story.pk])
    corrects = [f"{bar.change_address}?kind=correction"] if role in {"Editor", "Administrator"} else []
    assert links == [bar.change_address, *corrects, bar.history_address, reverse("admin:index"), reverse("account")]
    assert [client.get(address).status_code for address in links] == [200] * len(links)


def test_the_link_to_the_form_says_whether_the_user_may_edit_it(story):
    address = reverse("admin:stories_story_change", args=[story.pk])
    for role, text in (("Editor", "Edit this story"), ("Curator", "Open at the desk")):
        assert read_links(get_bar(client_with_role(role), "/stories/pier/"))[text] == address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_its_links_for_other_pages(story, role):
    about = AboutPage.objects.create(slug="how", title="How", text="We read.")
    question = make_published_question(slug="who-closed-it")
    client = client_with_role(role)
    topic, outlet = story.work_topics.get().topic, Outlet.objects.get(slug="courier")
    is_curator, is_administrator = role in {"Curator", "Administrator"}, role == "Administrator"
    expected = {
        "/topics/gates/": ("Edit this topic", is_curator, "topics_topic", topic),
        "/sources/courier/": ("Edit this outlet", is_curator, "stories_outlet", outlet),
        "/questions/who-closed-it/": ("Edit this question", role != "Curator", "stories_faq", question),
    }
    for page, (text, may_change, view, target) in expected.items():
        links = read_links(get_bar(client, page))
        address = reverse(f"admin:{view}_change", args=[target.pk])
        assert next(iter(links.items())) == (text if may_change else "Open at the desk", address)
        assert [client.get(address).status_code for address in links.values()] == [200] * len(links)
    about_form, front_page = reverse("admin:site_aboutpage_change", args=[about.pk]), reverse("admin:front_page")
    for page, text, address, is_linked in (
        (about.get_absolute_url(), "Edit this page", about_form, is_administrator),
        ("/", "Arrange the front page", front_page, role in {"Editor", "Administrator"}),
    ):
        links = read_links(get_bar(client, page))
        assert links.get(text) == (address if is_linked else None)
        assert (address in links.values()) is is_linked


@pytest.mark.parametrize(
    "page", ["/stories/pier/history/", "/stories/pier/history/1/", "/stories/pier/?x=1", "/stories/%70ier/"]
)
def test_pages_about_a_story_link_to_its_form(story, editor_client, page):
    response = get_bar(editor_client, page.partition("?")[0])
    address = reverse("admin:stories_story_change", args=[story.pk])
    assert (response.context["bar"].kind, response.context["bar"].change_address) == ("story", address)
    assert address in read_links(response).values()


def test_a_list_in_another_language_links_to_the_same_topic(story, editor_client, four_languages):
    response = get_bar(editor_client, "/de/topics/gates/", "de")
    address = reverse("admin:topics_topic_change", args=[story.work_topics.get().topic_id])
    assert address in read_links(response).values()
    assert 'lang="de"' in response.content.decode()


@pytest.mark.parametrize(
    "page", ["", "/nowhere/", "/stories/never-was/", "/topics/never-was/", "//x", "/%00", "/stories/%ff/"]
)
def test_an_unknown_page_links_only_to_the_desk(editor, editor_client, page):
    assert list(read_links(get_bar(editor_client, page)).values()) == [reverse("admin:index"), reverse("account")]


def test_the_bar_shows_the_publication_status(story, editor_client, editor):
    assert read_status(get_bar(editor_client, "/stories/pier/")) == "Live"
    edit_draft(story)
    response = get_bar(editor_client, "/stories/pier/")
    assert read_status(response) == "Live · newer draft exists"
    assert reverse("admin:stories_story_preview", args=[story.pk]) in read_links(response).values()
    assert "not public yet" not in response.content.decode()
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    response = get_bar(editor_client, "/stories/pier/")
    assert read_status(response) == "Withdrawn"
    assert response.context["bar"].correct_address == ""


@pytest.mark.parametrize(
    ("state", "text"),
    [(State.IN_REVIEW, "in review"), (State.APPROVED, "approved"), (State.RETURNED, "returned")],
)
def test_the_bar_shows_the_state_of_the_review(story, editor_client, state, text):
    edit_draft(story)
    Work.objects.filter(pk=story.pk).update(state=state)
    assert read_status(get_bar(editor_client, "/stories/pier/")) == f"Live · newer draft exists · {text}"


def test_the_bar_shows_schedules_and_unpublished_drafts(editor_client, editor):
    scheduled, draft, binned = (make_story(slug=slug) for slug in ("waiting", "a-draft", "thrown-away"))
    publishing.schedule(scheduled, by=editor, at=clock.now() + timedelta(days=400))
    trash.move_to_trash(binned, by=editor)
    assert re.fullmatch(
        r"Draft · scheduled for \d+\s\w+\s\d{4}, \d\d:\d\d", read_status(get_bar(editor_client, "/stories/waiting/"))
    )
    assert read_status(get_bar(editor_client, "/stories/a-draft/")) == "Draft"
    assert read_status(get_bar(editor_client, "/stories/thrown-away/")) == "In the bin"
    assert {get_bar(Client(), f"/stories/{each.slug}/").content for each in (scheduled, draft, binned)} == {b""}


@pytest.mark.parametrize(
    ("language", "text", "direction"),
    [("de", "Diesen Beitrag bearbeiten", "ltr"), ("es", "Editar este reportaje", "ltr"),
     ("ar", "تعديل هذا التقرير", "rtl"), ("en-GB", "Edit this story", "ltr"), ("fr", "Edit this story", "ltr"),
     ("../de", "Edit this story", "ltr")],
)  # fmt: skip
def test_the_bar_uses_the_language_of_the_page_if_it_is_translated(story, editor_client, language, text, direction):
    response = get_bar(editor_client, "/stories/pier/", language)
    assert text in read_links(response)
    assert f'dir="{direction}"' in response.content.decode()


def test_markup_in_a_name_is_escaped(story):
    person = make_user(username="editor2")
    person.first_name = "<img src=x>"
    person.save()
    assert "<img" not in get_bar(signed_in(person), "/stories/pier/").content.decode()


def test_a_larger_story_takes_no_more_queries(django_assert_max_num_queries, editor, editor_client):
    make_published_story(
        slug="long", topics=tuple(make_topic(picture=make_image()) for _ in range(5)),
        outlets=tuple(make_outlet() for _ in range(5)),
    )  # fmt: skip
    with django_assert_max_num_queries(5):
        assert read_status(get_bar(editor_client, "/stories/long/")) == "Live"


def test_only_readers_pages_load_the_script(story, editor_client):
    client = Client()
    draft = make_story(slug="not-yet")
    loads_script = {
        address: "js/staff_bar.js" in each.get(address).content.decode()
        for each, address in (
            (client, "/stories/pier/"), (client, "/"), (client, "/topics/gates/"), (client, "/nowhere/"),
            (client, "/stories/pier/embed/"), (client, "/accounts/login/"),
            (editor_client, reverse("admin:stories_story_preview", args=[draft.pk])),
        )
    }  # fmt: skip
    assert list(loads_script.values()) == [True] * 4 + [False] * 3


def test_the_page_itself_is_the_same_for_users_of_the_desk(story, editor_client):
    editor_client.get("/admin/")
    assert "desk" in editor_client.cookies
    pages = [each.get("/stories/pier/") for each in (Client(), editor_client)]
    assert pages[0].content == pages[1].content
    assert dict(pages[0].headers) == dict(pages[1].headers)
