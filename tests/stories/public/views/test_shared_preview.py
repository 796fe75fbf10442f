"""Shared previews at ``/preview/<token>/``, for people without an account."""

import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.http import clock
from newsroom.http.log_redaction import RedactingFormatter
from stories import publishing
from stories.drafts import revisions
from stories.models import SharedPreview, WorkImage
from stories.publishing import erase
from stories.workflow import shared_previews, trash
from tests.factories import (
    file_of,
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.what_is_read import extract_main

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

UNKNOWN_TOKEN = "A" * 43
WEEK = timedelta(days=7)
CORRECT_PASSCODE = {"passcode": "slate harbour"}


@pytest.fixture
def maker():
    return make_user(role="Writer")


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def share(work, *, by, revision=None, passcode="", **options):
    """Return a new link to a work and its token."""
    options = {"label": uuid4().hex, "ends_at": clock.now() + WEEK, **options}
    return shared_previews.create_link(work, by=by, revision=revision, passcode=passcode, **options)


def get_address(shared):
    return f"/preview/{shared.token}/"


def get_banner(response):
    """Return the text of the banner, without tags."""
    banner = re.search(r'<section class="banner preview".*?</section>', response.content.decode(), re.DOTALL)
    assert banner
    return " ".join(re.sub(r"<[^>]*>", " ", banner[0]).split())


def get_error(response):
    """Return the only error of the passcode form, after checking that the passcode was refused."""
    assert response.status_code == 403
    ((name, (error,)),) = response.context["form"].errors.as_data().items()
    assert name == "passcode"
    assertContains(response, 'class="field has-errors"', status_code=403)
    assertContains(response, error.message, status_code=403)
    return error


def record_background(story, text):
    story.sections.filter(kind="background").update(text=text)
    return revisions.record_revision(story, by=None)


def make_full_story(**fields):
    """Make a draft with many kinds of content, and return it with its question and a picture in its text."""
    question = make_question(question="Who may cross the pier on foot?", topics=(make_topic(),))
    story = make_story(
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(description="A pier."),),
        articles=(make_article(),),
        questions=(question,),
        byline=("Ana Kestrel",),
        lead_image=make_image(),
        lead_alt="The pier at low water",
        **fields,
    )
    placed = WorkImage.objects.create(work=story, image=make_image(), alt="A crane")
    story.sections.filter(kind="behind").update(text=f"It had been cracked.[@1]\n\n![](picture:{placed.uid})")
    revisions.record_revision(story, by=None)
    return story, question, placed.image


# The page of the draft ----------------------------------------------------------------------------------------------


def test_the_newest_draft_is_shown_under_a_banner(client, maker):
    story = make_story(headline="What nobody reads yet, not even here")
    shared = share(story, by=maker)
    response = client.get(get_address(shared))
    assertContains(response, "What nobody reads yet, not even here")
    assert get_banner(response)
    assert response.context["preview"].until == shared.link.ends_at
    record_background(story, "Only whoever has the link can read this sentence.")
    assertContains(client.get(get_address(shared)), "Only whoever has the link can read this sentence.")


def test_the_banner_shows_the_expiry_and_nothing_of_the_desk(client, maker):
    shared = share(make_story(), by=maker, label="For our lawyer")
    response = client.get(get_address(shared))
    assertContains(response, shared.link.ends_at.isoformat(timespec="seconds"))
    assertNotContains(response, "/admin/")
    assertNotContains(response, "For our lawyer")


def test_a_pinned_revision_does_not_change(client, maker):
    story = make_story()
    shared = share(story, by=maker, revision=revisions.get_newest_revision(story))
    before = extract_main(client.get(get_address(shared)))
    record_background(story, "Written after the link was made.")
    assert extract_main(client.get(get_address(shared))) == before


def test_the_preview_equals_the_published_page(client, maker):
    story, question, _ = make_full_story()
    shared, editor = share(story, by=maker), make_user()
    before = extract_main(client.get(get_address(shared)))
    publishing.publish(story, by=editor, with_questions=[question])
    after = extract_main(client.get(f"/stories/{story.slug}/"))
    before = before.replace(f"{get_address(shared)}pictures/", "/media/")
    before = before.replace(f"{get_address(shared)}questions/{question.uid}/", f"/questions/{question.slug}/")
    assert after == before


def test_the_draft_of_a_question_can_be_shared_too(client, maker):
    response = client.get(get_address(share(make_question(question="Who may cross the pier on foot?"), by=maker)))
    assertContains(response, "Who may cross the pier on foot?")
    assertContains(response, 'class="banner preview"')


def test_the_banner_is_in_the_language_of_the_draft(client, maker):
    response = client.get(get_address(share(make_story(language="ar", slug="ميناء"), by=maker)))
    assertContains(response, 'dir="rtl"')
    banner = get_banner(response).partition("(")[0]  # the time in brackets names its zone
    assert re.search("[\u0621-\u064a]{5}", banner)
    assert not re.search("[A-Za-z]{2}", banner)
    english = get_banner(client.get(get_address(share(make_story(), by=maker))))
    assert re.search("[A-Za-z]{5}", english)


# The headers of every response --------------------------------------------------------------------------------------


def request_every_address(client, shared, question, image):
    """Yield responses to GET, HEAD and DELETE at the addresses of this link and an unknown one, and to POST."""
    base = get_address(shared)
    for path in (
        base,
        f"{base}questions/{question.uid}/",
        f"{base}pictures/{file_of(image)}",
        f"{base}pictures/{uuid4()}/free-64-0123456789abcdef.jpg",
        f"/preview/{UNKNOWN_TOKEN}/",
        f"/preview/{UNKNOWN_TOKEN}/questions/{question.uid}/",
        f"/preview/{UNKNOWN_TOKEN}/pictures/{file_of(image)}",
    ):
        yield client.get(path)
        yield client.head(path)
        yield client.delete(path)
    yield client.post(base)
    yield client.post(f"/preview/{UNKNOWN_TOKEN}/")


def test_responses_are_not_cached_indexed_or_sent_as_referrer(client, maker):
    story, question, image = make_full_story()
    for passcode in ("", "slate harbour"):
        for response in request_every_address(client, share(story, by=maker, passcode=passcode), question, image):
            assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
            assert response["X-Robots-Tag"] == "noindex, nofollow"
            assert response["Referrer-Policy"] == "no-referrer"
            assert "ETag" not in response.headers


def test_a_link_without_a_passcode_sets_no_cookie(client, maker):
    story, question, image = make_full_story()
    for response in request_every_address(client, share(story, by=maker), question, image):
        assert not response.cookies


# Questions and pictures ---------------------------------------------------------------------------------------------


def test_the_questions_of_a_draft_open_under_its_link_and_link_back(client, maker):
    story, question, _ = make_full_story()
    shared = share(story, by=maker)
    question_address = f"{get_address(shared)}questions/{question.uid}/"
    assertContains(client.get(get_address(shared)), f'href="{question_address}"')
    response = client.get(question_address)
    assertContains(response, "Who may cross the pier on foot?")
    assertContains(response, f'href="{get_address(shared)}"')
    assert client.get(f"/questions/{question.slug}/").status_code == 404


def test_a_link_in_the_text_to_one_of_its_questions_leads_to_the_draft(client, maker):
    question = make_question()
    text = f"It was [asked](question:{question.uid}) before."
    story = make_story(questions=(question,), texts={"behind": text})
    shared = share(story, by=maker)
    assertContains(
        client.get(get_address(shared)), f'<a href="{get_address(shared)}questions/{question.uid}/">asked</a>'
    )


def test_no_other_question_opens_under_the_link(client, maker):
    story, question, _ = make_full_story()
    shared, other = share(story, by=maker), make_question()
    for_unknown = client.get(f"{get_address(shared)}questions/{uuid4()}/")
    for uid in (other.uid, story.uid):
        response = client.get(f"{get_address(shared)}questions/{uid}/")
        assert (response.status_code, response.content) == (404, for_unknown.content)
    trash.move_to_trash(question, by=maker)
    assert client.get(f"{get_address(shared)}questions/{question.uid}/").status_code == 404
    assertNotContains(client.get(get_address(shared)), f"questions/{question.uid}")


def test_with_a_pinned_revision_questions_are_those_of_the_time_of_the_link(client, maker):
    story, question, _ = make_full_story()
    pinned, newest = share(story, by=maker, revision=revisions.get_newest_revision(story)), share(story, by=maker)
    question.answers.update(text="Nobody, since Tuesday.")
    revisions.record_revision(question, by=None)
    assertNotContains(client.get(f"{get_address(pinned)}questions/{question.uid}/"), "Nobody, since Tuesday.")
    assertContains(client.get(f"{get_address(newest)}questions/{question.uid}/"), "Nobody, since Tuesday.")


def test_pictures_that_are_not_public_are_served_under_the_link(client, maker):
    story, _, image = make_full_story()
    shared = share(story, by=maker)
    page = client.get(get_address(shared)).content.decode()
    paths = set(re.findall(r"[\w/-]+/(?:free|16x9)-[\w.-]+", page))
    assert paths
    assert {path.rpartition("pictures/")[0] for path in paths} == {get_address(shared)}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("image/")
        assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{file_of(image)}").status_code == 404


def test_the_pictures_of_its_questions_are_served_too(client, maker):
    story, question, _ = make_full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    shared = share(story, by=maker)
    path = f"{get_address(shared)}pictures/{file_of(placed.image)}"
    assertContains(client.get(f"{get_address(shared)}questions/{question.uid}/"), path)
    assert client.get(path).status_code == 200


def test_no_other_picture_is_served_under_the_link(client, maker):
    story, _, image = make_full_story()
    shared, other = share(story, by=maker), make_image()
    public = make_published_story(lead_image=make_image(), lead_alt="Public").lead_image
    for path in (
        file_of(other),
        file_of(public),
        file_of(image).replace("-64-", "-9-"),
        f"{image.uid}/x",
    ):
        assert client.get(f"{get_address(shared)}pictures/{path}").status_code == 404, path


# After publication --------------------------------------------------------------------------------------------------


def get_redirect(client, shared):
    response = client.get(get_address(shared))
    return response["Location"] if response.status_code == 302 else ""


def test_a_pinned_revision_redirects_to_the_page_once_it_is_published(client, maker):
    story = make_story()
    shared, editor = share(story, by=maker, revision=revisions.get_newest_revision(story)), make_user()
    publishing.publish(story, by=editor)
    assert get_redirect(client, shared) == f"/stories/{story.slug}/"
    record_background(story, "Something newer.")
    assert get_redirect(client, shared) == f"/stories/{story.slug}/"
    publishing.publish(story, by=editor, change=make_update())
    assert get_redirect(client, shared) == f"/stories/{story.slug}/"


def test_the_newest_draft_redirects_to_the_page_until_a_newer_revision_is_saved(client, maker):
    story = make_story()
    shared, editor = share(story, by=maker), make_user()
    publishing.publish(story, by=editor)
    assert get_redirect(client, shared) == f"/stories/{story.slug}/"
    record_background(story, "Something newer.")
    assertContains(client.get(get_address(shared)), "Something newer.")


def test_a_pinned_revision_that_was_never_published_is_still_shown(client, maker):
    story = make_story(headline="The wording that was dropped")
    shared = share(story, by=maker, revision=revisions.get_newest_revision(story))
    record_background(story, "What went out instead.")
    publishing.publish(story, by=make_user())
    assertContains(client.get(get_address(shared)), "The wording that was dropped")


def test_an_older_link_does_not_show_a_withdrawn_story(client, maker):
    story, editor = make_story(), make_user()
    pinned, newest = share(story, by=maker, revision=revisions.get_newest_revision(story)), share(story, by=maker)
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="Its source took the numbers back.")
    for shared in (pinned, newest):
        assert get_redirect(client, shared) == f"/stories/{story.slug}/"
    assert client.get(f"/stories/{story.slug}/").status_code == 410


def test_a_withdrawn_story_can_be_shared_with_a_new_link(client, maker):
    story, editor = make_story(headline="What was taken back on Friday"), make_user()
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="Its source took the numbers back.")
    assertContains(
        client.get(get_address(share(story, by=maker, revision=revisions.get_newest_revision(story)))),
        "What was taken back",
    )


def test_a_scheduled_edition_is_shown_until_it_is_due_and_then_redirects(client, maker, set_time):
    story = make_story(headline="What comes on Friday at seven")
    shared = share(story, by=maker, revision=revisions.get_newest_revision(story))
    at = clock.now() + timedelta(days=2)
    publishing.schedule(story, by=make_user(), at=at)
    set_time.go(to=at - timedelta(microseconds=1))
    assertContains(client.get(get_address(shared)), "What comes on Friday")
    set_time.go(to=at)
    assert get_redirect(client, shared) == f"/stories/{story.slug}/"


def test_a_view_of_the_public_page_is_not_counted(client, maker):
    story = make_story()
    shared = share(story, by=maker)
    publishing.publish(story, by=make_user())
    get_redirect(client, shared)
    shared.link.refresh_from_db()
    assert (shared.link.views, shared.link.last_viewed_at) == (0, None)


def test_no_link_serves_the_picture_of_a_withdrawn_story(client, maker):
    story, _, inside = make_full_story()
    shared, editor = share(story, by=maker), make_user()
    picture = f"{get_address(shared)}pictures/{file_of(inside)}"
    assert client.get(picture).status_code == 200
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="The picture shows somebody else.")
    assert client.get(picture).status_code == 404


def test_no_link_serves_the_picture_of_a_withdrawn_question(client, maker):
    story, question, _ = make_full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    shared, editor = share(story, by=maker), make_user()
    picture = f"{get_address(shared)}pictures/{file_of(placed.image)}"
    assert client.get(picture).status_code == 200
    publishing.publish(question, by=editor)
    publishing.withdraw(question, by=editor, notice="The picture shows somebody else.")
    assert client.get(picture).status_code == 404


def test_the_link_of_a_published_story_shows_no_draft_of_a_question(client, maker):
    story, question, _ = make_full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    shared, editor = share(story, by=maker), make_user()
    publishing.publish(story, by=editor)
    question_address = f"{get_address(shared)}questions/{question.uid}/"
    assert client.get(question_address)["Location"] == f"/stories/{story.slug}/"
    assert client.get(f"{get_address(shared)}pictures/{file_of(placed.image)}").status_code == 404
    publishing.publish(question, by=editor)
    assert client.get(question_address)["Location"] == f"/questions/{question.slug}/"


def test_a_live_question_redirects_to_its_page(client, maker):
    question = make_published_question()
    shared = share(make_story(questions=(question,)), by=maker)
    assert client.get(f"{get_address(shared)}questions/{question.uid}/")["Location"] == f"/questions/{question.slug}/"


# Links that no longer work ------------------------------------------------------------------------------------------


def revoke(shared, maker):
    shared_previews.revoke_link(shared.link, by=maker)


def let_expire(shared, maker):
    SharedPreview.objects.filter(pk=shared.link.pk).update(ends_at=clock.now())


def erase_the_work(shared, maker):
    erase.erase_work(shared.link.work, by=make_user(role="Administrator"), reason="A court ordered it")


def move_to_the_trash(shared, maker):
    trash.move_to_trash(shared.link.work, by=maker)


def remove_all_roles(shared, maker):
    maker.groups.clear()


def deactivate_the_maker(shared, maker):
    maker.is_active = False
    maker.save()


def make_the_maker_a_curator(shared, maker):
    maker.groups.set([make_user(role="Curator").groups.get()])


WAYS_TO_DISABLE_A_LINK = [
    revoke,
    let_expire,
    erase_the_work,
    move_to_the_trash,
    remove_all_roles,
    deactivate_the_maker,
    make_the_maker_a_curator,
]


@pytest.mark.parametrize("disable", WAYS_TO_DISABLE_A_LINK)
@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("passcode", ["", "slate harbour"])
def test_a_disabled_link_answers_like_one_that_never_existed(client, maker, disable, method, passcode):
    story, question, image = make_full_story()
    shared = share(story, by=maker, passcode=passcode)
    assert client.get(get_address(shared)).status_code == 200
    disable(shared, maker)
    client = Client()
    for rest in ("", f"questions/{question.uid}/", f"pictures/{file_of(image)}"):
        one, other = (getattr(client, method)(f"/preview/{token}/{rest}") for token in (shared.token, UNKNOWN_TOKEN))
        if not (method == "post" and rest):
            assert one.status_code == 404
        assert (one.status_code, one.content, dict(one.headers)) == (
            other.status_code,
            other.content,
            dict(other.headers),
        )
        assert not one.cookies
        assert shared.token not in one.content.decode() + str(one.headers)


def test_revoked_expired_and_unknown_links_take_the_same_queries(client, maker):
    statements = []
    for disable in (revoke, let_expire, None):
        shared = share(make_story(), by=maker)
        if disable:
            disable(shared, maker)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/preview/{shared.token if disable else UNKNOWN_TOKEN}/")
        statements.append([re.sub(r"'\w{64}'", "", query["sql"]) for query in queries])
    assert statements[0] == statements[1] == statements[2]


def test_a_link_works_again_when_its_work_is_restored_from_the_trash(client, maker):
    story = make_story()
    shared = share(story, by=maker)
    trash.move_to_trash(story, by=maker)
    assert client.get(get_address(shared)).status_code == 404
    trash.restore_from_trash(story, by=maker)
    assert client.get(get_address(shared)).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a" * 5_000,
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "..",
        "%22",
        "%0d%0aX-Evil:1",
        "275158a8-f490-429d-ae34-511ddde3fb38",
    ],
)
def test_malformed_tokens_answer_404(client, token):
    response = client.get(f"/preview/{token}/")
    assert response.status_code == 404
    assert "X-Evil" not in response


def test_a_view_of_a_disabled_link_is_not_counted(client, maker):
    shared = share(make_story(), by=maker)
    revoke(shared, maker)
    client.get(get_address(shared))
    shared.link.refresh_from_db()
    assert shared.link.views == 0


# Counting views -----------------------------------------------------------------------------------------------------


def test_each_view_of_the_draft_is_counted(client, maker):
    story, question, image = make_full_story()
    shared = share(story, by=maker)
    for _ in range(2):
        client.get(get_address(shared))
    client.head(get_address(shared))
    client.get(f"{get_address(shared)}questions/{question.uid}/")
    client.get(f"{get_address(shared)}pictures/{file_of(image)}")
    shared.link.refresh_from_db()
    assert shared.link.views == 2
    assert shared.link.last_viewed_at is not None


def test_the_number_of_queries_does_not_grow_with_the_draft(client, maker):
    def count_queries(number):
        story = make_story(questions=tuple(make_question() for _ in range(number)), topics=(make_topic(),))
        uids = [WorkImage.objects.create(work=story, image=make_image(), alt="A crane").uid for _ in range(number)]
        story.sections.filter(kind="behind").update(text="\n\n".join(f"![](picture:{uid})" for uid in uids))
        revisions.record_revision(story, by=None)
        shared = share(story, by=maker)
        with CaptureQueriesContext(connection) as queries:
            assertContains(client.get(get_address(shared)), 'class="picture"', count=number)
        return len(queries)

    assert count_queries(6) == count_queries(1) <= 22


# Passcodes ----------------------------------------------------------------------------------------------------------


def get_form_fields(client, shared):
    """Return the hidden fields of the passcode form."""
    page = client.get(get_address(shared)).content.decode()
    seal = re.search(r'name="seal" value="([\w-]+)"', page)
    assert seal
    return {"seal": seal[1]}


@pytest.fixture
def link_with_passcode(maker):
    return share(make_story(headline="Behind a passcode"), by=maker, passcode="slate harbour")


def test_a_link_with_a_passcode_shows_nothing_without_it(client, link_with_passcode):
    response = client.get(get_address(link_with_passcode))
    assertContains(response, 'name="passcode"')
    assertNotContains(response, "Behind a passcode")
    link_with_passcode.link.refresh_from_db()
    assert link_with_passcode.link.views == 0


def test_the_correct_passcode_opens_the_draft_in_this_browser_only(link_with_passcode):
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE
    )
    assert (response.status_code, response["Location"]) == (302, get_address(link_with_passcode))
    assertContains(client.get(get_address(link_with_passcode)), "Behind a passcode")
    assertNotContains(Client().get(get_address(link_with_passcode)), "Behind a passcode")
    link_with_passcode.link.refresh_from_db()
    assert link_with_passcode.link.views == 1


def test_cookies_are_restricted_to_the_link_and_hidden_from_scripts(client, link_with_passcode, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.post(get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE)
    assert set(client.cookies) == {"__Secure-preview_pass", "__Secure-preview_form"}
    for cookie in client.cookies.values():
        assert cookie["path"] == get_address(link_with_passcode)
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Strict"
        assert 0 < cookie["max-age"] <= 2 * 60 * 60
        assert "slate" not in cookie.value
        assert link_with_passcode.token not in cookie.value


def test_on_https_the_cookies_open_the_draft(client, link_with_passcode, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.post(get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE)
    assertContains(client.get(get_address(link_with_passcode)), "Behind a passcode")


def test_the_cookie_of_one_link_does_not_open_another(client, maker, link_with_passcode):
    other = share(make_story(headline="Another draft"), by=maker, passcode="slate harbour")
    client.post(get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE)
    stolen = Client()
    stolen.cookies["preview_pass"] = client.cookies["preview_pass"].value
    assertContains(stolen.get(get_address(link_with_passcode)), "Behind a passcode")
    assertNotContains(stolen.get(get_address(other)), "Another draft")


def test_a_wrong_passcode_shows_an_error_and_is_not_a_view(client, link_with_passcode):
    response = client.post(
        get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | {"passcode": "slate"}
    )
    assert get_error(response).message == "Wrong passcode."
    assert "preview_pass" not in client.cookies
    link_with_passcode.link.refresh_from_db()
    assert link_with_passcode.link.views == 0


def test_too_many_wrong_passcodes_are_throttled(client, link_with_passcode):
    form = get_form_fields(client, link_with_passcode)
    for _ in range(5):
        assert client.post(get_address(link_with_passcode), form | {"passcode": "wrong"}).status_code == 403
    for given in ("wrong", "slate harbour"):
        response = client.post(get_address(link_with_passcode), form | {"passcode": given})
        assert response.status_code == 429
        assert response.templates[0].name == "shared_previews/too_many_attempts.html"
        assert int(response["Retry-After"]) > 0
    assert client.get(get_address(link_with_passcode)).status_code == 200


def test_an_empty_passcode_does_not_count_as_an_attempt(client, link_with_passcode):
    form = get_form_fields(client, link_with_passcode)
    for _ in range(7):
        response = client.post(get_address(link_with_passcode), form | {"passcode": " "})
        assert get_error(response).code == "required"
    assert client.post(get_address(link_with_passcode), form | CORRECT_PASSCODE).status_code == 302


@pytest.mark.parametrize("missing", ["seal", "cookie", "both"])
def test_a_form_without_seal_or_cookie_does_not_count_as_an_attempt(client, link_with_passcode, missing):
    form = get_form_fields(client, link_with_passcode)
    if missing != "cookie":
        form = {"seal": "0" * 64}
    if missing != "seal":
        client.cookies.clear()
    for _ in range(7):
        response = client.post(get_address(link_with_passcode), form | CORRECT_PASSCODE)
        assert get_error(response).message == "This form has expired. Enter the passcode again."
        client.cookies.pop("preview_form") if missing != "seal" else None
    assert (
        client.post(
            get_address(link_with_passcode), get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE
        ).status_code
        == 302
    )


def test_a_form_from_another_site_is_refused(client, link_with_passcode):
    form = get_form_fields(client, link_with_passcode) | CORRECT_PASSCODE
    assert (
        client.post(get_address(link_with_passcode), form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert (
        client.post(get_address(link_with_passcode), form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    )


def test_the_seal_of_one_link_is_not_valid_for_another(client, maker, link_with_passcode):
    other = share(make_story(), by=maker, passcode="slate harbour")
    form = get_form_fields(client, link_with_passcode)
    assert client.post(get_address(other), form | CORRECT_PASSCODE).status_code == 403


def test_questions_and_pictures_require_the_passcode_too(maker):
    client, (story, question, image) = Client(), make_full_story()
    shared = share(story, by=maker, passcode="slate harbour")
    question_address = f"{get_address(shared)}questions/{question.uid}/"
    picture = f"{get_address(shared)}pictures/{file_of(image)}"
    for uid in (question.uid, uuid4()):
        response = client.get(f"{get_address(shared)}questions/{uid}/")
        assert (response.status_code, response["Location"]) == (302, get_address(shared))
    assert (
        client.get(picture).content
        == client.get(f"{get_address(shared)}pictures/{uuid4()}/free-64-0123456789abcdef.jpg").content
    )
    client.post(get_address(shared), get_form_fields(client, shared) | CORRECT_PASSCODE)
    assertContains(client.get(question_address), "Who may cross the pier on foot?")
    assert client.get(picture).status_code == 200


def test_a_passcode_for_a_link_without_one_redirects_to_the_draft(client, maker):
    shared = share(make_story(), by=maker)
    response = client.post(get_address(shared), CORRECT_PASSCODE)
    assert (response.status_code, response["Location"]) == (302, get_address(shared))


# Logs and accounts --------------------------------------------------------------------------------------------------


def test_tokens_are_not_logged(client, maker, caplog):
    shared = share(make_story(), by=maker, passcode="slate harbour")
    with caplog.at_level(logging.DEBUG):
        client.delete(get_address(shared))
        client.post(get_address(shared), {"passcode": "wrong"})
        revoke(shared, maker)
        client.get(get_address(shared))
        client.get(get_address(shared).rstrip("/"))
    request_records = [record for record in caplog.records if record.name.startswith("django.request")]
    assert request_records
    assert not [line for record in request_records if shared.token in (line := RedactingFormatter().format(record))]


def test_a_signed_in_user_is_not_asked_for_a_second_factor(maker, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    shared = share(make_story(headline="Open to whoever has the link"), by=maker)
    client = Client()
    client.force_login(maker, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("shared_preview", args=[shared.token]))
    assertContains(response, "Open to whoever has the link")
    assert "Cookie" not in response.get("Vary", "")
