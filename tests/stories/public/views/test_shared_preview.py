"""What somebody without an account finds at ``/preview/<token>/``."""

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
    make_user,
    update,
)
from tests.what_is_read import extract_main

pytestmark = pytest.mark.django_db

NEVER = "A" * 43
WEEK = timedelta(days=7)
GIVEN = {"passcode": "slate harbour"}


@pytest.fixture
def maker():
    return make_user(role="Writer")


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


def share(work, *, by, revision=None, passcode="", **chosen):
    """Return a new link to a work, with its token."""
    chosen = {"label": uuid4().hex, "ends_at": clock.now() + WEEK, **chosen}
    return shared_previews.create_link(work, by=by, revision=revision, passcode=passcode, **chosen)


def address(made):
    return f"/preview/{made.token}/"


def change(story, text):
    story.sections.filter(kind="background").update(text=text)
    return revisions.record_revision(story, by=None)


def full_story(**fields):
    """Make a draft with everything that a page can show."""
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


# What is shown ------------------------------------------------------------------------------------------------------


def test_a_stranger_reads_the_newest_draft_under_a_banner(client, maker):
    story = make_story(headline="What nobody reads yet, not even here")
    made = share(story, by=maker)
    response = client.get(address(made))
    assertContains(response, "What nobody reads yet, not even here")
    assertContains(response, 'class="banner preview"')
    assertContains(response, "please do not pass it on")
    change(story, "Only whoever has the link can read this sentence.")
    assertContains(client.get(address(made)), "Only whoever has the link can read this sentence.")


def test_the_banner_says_until_when_the_link_works_and_leads_nowhere_near_the_desk(client, maker):
    made = share(make_story(), by=maker, label="For our lawyer")
    response = client.get(address(made))
    assertContains(response, made.link.ends_at.isoformat(timespec="seconds"))
    assertNotContains(response, "/admin/")
    assertNotContains(response, "For our lawyer")


def test_a_pinned_revision_stays_what_it_was(client, maker):
    story = make_story()
    made = share(story, by=maker, revision=revisions.get_newest_revision(story))
    before = extract_main(client.get(address(made)))
    change(story, "Written after the link was made.")
    assert extract_main(client.get(address(made))) == before


def test_it_is_the_page_that_readers_get_once_it_is_published(client, maker):
    story, question, _ = full_story()
    made, editor = share(story, by=maker), make_user()
    before = extract_main(client.get(address(made)))
    publishing.publish(story, by=editor, with_questions=[question])
    after = extract_main(client.get(f"/stories/{story.slug}/"))
    before = before.replace(f"{address(made)}pictures/", "/media/")
    before = before.replace(f"{address(made)}questions/{question.uid}/", f"/questions/{question.slug}/")
    assert after == before


def test_the_draft_of_a_question_can_be_shared_too(client, maker):
    response = client.get(address(share(make_question(question="Who may cross the pier on foot?"), by=maker)))
    assertContains(response, "Who may cross the pier on foot?")
    assertContains(response, 'class="banner preview"')


def test_the_banner_speaks_the_language_of_the_draft(client, maker):
    response = client.get(address(share(make_story(language="ar", slug="ميناء"), by=maker)))
    assertContains(response, 'dir="rtl"')
    assertContains(response, "مسودة")
    assertNotContains(response, "please do not pass it on")


# The headers of every answer ----------------------------------------------------------------------------------------


def answers(client, made, question, image):
    """Yield one answer of each kind that the addresses of a link give."""
    base = address(made)
    for path in (
        base,
        f"{base}questions/{question.uid}/",
        f"{base}pictures/{file_of(image)}",
        f"{base}pictures/{uuid4()}/free-64-0123456789abcdef.jpg",
        f"/preview/{NEVER}/",
        f"/preview/{NEVER}/questions/{question.uid}/",
        f"/preview/{NEVER}/pictures/{file_of(image)}",
    ):
        yield client.get(path)
        yield client.head(path)
        yield client.delete(path)
    yield client.post(base)
    yield client.post(f"/preview/{NEVER}/")


def test_nobody_keeps_finds_or_passes_on_what_these_addresses_answer(client, maker):
    story, question, image = full_story()
    for passcode in ("", "slate harbour"):
        for response in answers(client, share(story, by=maker, passcode=passcode), question, image):
            assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
            assert response["X-Robots-Tag"] == "noindex, nofollow"
            assert response["Referrer-Policy"] == "no-referrer"
            assert "ETag" not in response.headers


def test_whoever_needs_no_passcode_gets_no_cookie(client, maker):
    story, question, image = full_story()
    for response in answers(client, share(story, by=maker), question, image):
        assert not response.cookies


# Questions and pictures ---------------------------------------------------------------------------------------------


def test_the_questions_of_a_draft_open_under_its_link_and_lead_back(client, maker):
    story, question, _ = full_story()
    made = share(story, by=maker)
    there = f"{address(made)}questions/{question.uid}/"
    assertContains(client.get(address(made)), f'href="{there}"')
    response = client.get(there)
    assertContains(response, "Who may cross the pier on foot?")
    assertContains(response, f'href="{address(made)}"')
    assert client.get(f"/questions/{question.slug}/").status_code == 404


def test_a_link_in_the_text_to_one_of_its_questions_leads_to_the_draft(client, maker):
    question = make_question()
    text = f"It was [asked](question:{question.uid}) before."
    story = make_story(questions=(question,), texts={"behind": text})
    made = share(story, by=maker)
    assertContains(client.get(address(made)), f'<a href="{address(made)}questions/{question.uid}/">asked</a>')


def test_no_other_question_opens_under_the_link(client, maker):
    story, question, _ = full_story()
    made, other = share(story, by=maker), make_question()
    nothing = client.get(f"{address(made)}questions/{uuid4()}/")
    for uid in (other.uid, story.uid):
        response = client.get(f"{address(made)}questions/{uid}/")
        assert (response.status_code, response.content) == (404, nothing.content)
    trash.move_to_trash(question, by=maker)
    assert client.get(f"{address(made)}questions/{question.uid}/").status_code == 404
    assertNotContains(client.get(address(made)), f"questions/{question.uid}")


def test_beside_a_pinned_revision_a_question_is_what_it_was_when_the_link_was_made(client, maker):
    story, question, _ = full_story()
    pinned, newest = share(story, by=maker, revision=revisions.get_newest_revision(story)), share(story, by=maker)
    question.answers.update(text="Nobody, since Tuesday.")
    revisions.record_revision(question, by=None)
    assertNotContains(client.get(f"{address(pinned)}questions/{question.uid}/"), "Nobody, since Tuesday.")
    assertContains(client.get(f"{address(newest)}questions/{question.uid}/"), "Nobody, since Tuesday.")


def test_pictures_that_nobody_else_sees_are_served_under_the_link(client, maker):
    story, _, inside = full_story()
    made = share(story, by=maker)
    page = client.get(address(made)).content.decode()
    shown = set(re.findall(r"[\w/-]+/(?:free|16x9)-[\w.-]+", page))
    assert shown
    assert {path.rpartition("pictures/")[0] for path in shown} == {address(made)}
    for path in shown:
        response = client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("image/")
        assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{file_of(inside)}").status_code == 404


def test_the_pictures_of_its_questions_are_served_too(client, maker):
    story, question, _ = full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    made = share(story, by=maker)
    path = f"{address(made)}pictures/{file_of(placed.image)}"
    assertContains(client.get(f"{address(made)}questions/{question.uid}/"), path)
    assert client.get(path).status_code == 200


def test_no_other_picture_is_served_under_the_link(client, maker):
    story, _, inside = full_story()
    made, other = share(story, by=maker), make_image()
    public = make_published_story(lead_image=make_image(), lead_alt="Public").lead_image
    for path in (
        file_of(other),
        file_of(public),
        file_of(inside).replace("-64-", "-9-"),
        f"{inside.uid}/x",
    ):
        assert client.get(f"{address(made)}pictures/{path}").status_code == 404, path


# Once it is published -----------------------------------------------------------------------------------------------


def leads_to(client, made):
    response = client.get(address(made))
    return response["Location"] if response.status_code == 302 else ""


def test_a_pinned_revision_leads_to_the_page_once_it_is_published(client, maker):
    story = make_story()
    made, editor = share(story, by=maker, revision=revisions.get_newest_revision(story)), make_user()
    publishing.publish(story, by=editor)
    assert leads_to(client, made) == f"/stories/{story.slug}/"
    change(story, "Something newer.")
    assert leads_to(client, made) == f"/stories/{story.slug}/"
    publishing.publish(story, by=editor, change=update())
    assert leads_to(client, made) == f"/stories/{story.slug}/"


def test_the_newest_draft_leads_to_the_page_until_something_newer_is_saved(client, maker):
    story = make_story()
    made, editor = share(story, by=maker), make_user()
    publishing.publish(story, by=editor)
    assert leads_to(client, made) == f"/stories/{story.slug}/"
    change(story, "Something newer.")
    assertContains(client.get(address(made)), "Something newer.")


def test_a_pinned_revision_that_was_passed_over_is_still_shown(client, maker):
    story = make_story(headline="The wording that was dropped")
    made = share(story, by=maker, revision=revisions.get_newest_revision(story))
    change(story, "What went out instead.")
    publishing.publish(story, by=make_user())
    assertContains(client.get(address(made)), "The wording that was dropped")


def test_what_was_withdrawn_is_not_brought_back_by_an_older_link(client, maker):
    story, editor = make_story(), make_user()
    pinned, newest = share(story, by=maker, revision=revisions.get_newest_revision(story)), share(story, by=maker)
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="Its source took the numbers back.")
    for made in (pinned, newest):
        assert leads_to(client, made) == f"/stories/{story.slug}/"
    assert client.get(f"/stories/{story.slug}/").status_code == 410


def test_what_was_withdrawn_can_be_shared_anew(client, maker):
    story, editor = make_story(headline="What was taken back on Friday"), make_user()
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="Its source took the numbers back.")
    assertContains(
        client.get(address(share(story, by=maker, revision=revisions.get_newest_revision(story)))),
        "What was taken back",
    )


def test_a_scheduled_edition_is_shown_until_its_time_and_then_leads_to_the_page(client, maker, set_time):
    story = make_story(headline="What comes on Friday at seven")
    made = share(story, by=maker, revision=revisions.get_newest_revision(story))
    at = clock.now() + timedelta(days=2)
    publishing.schedule(story, by=make_user(), at=at)
    set_time.go(to=at - timedelta(microseconds=1))
    assertContains(client.get(address(made)), "What comes on Friday")
    set_time.go(to=at)
    assert leads_to(client, made) == f"/stories/{story.slug}/"


def test_a_view_of_the_public_page_is_not_counted(client, maker):
    story = make_story()
    made = share(story, by=maker)
    publishing.publish(story, by=make_user())
    leads_to(client, made)
    made.link.refresh_from_db()
    assert (made.link.views, made.link.last_viewed_at) == (0, None)


def test_no_link_brings_back_the_picture_of_what_was_withdrawn(client, maker):
    story, _, inside = full_story()
    made, editor = share(story, by=maker), make_user()
    picture = f"{address(made)}pictures/{file_of(inside)}"
    assert client.get(picture).status_code == 200
    publishing.publish(story, by=editor)
    publishing.withdraw(story, by=editor, notice="The picture shows somebody else.")
    assert client.get(picture).status_code == 404


def test_no_link_brings_back_the_picture_of_a_question_that_was_withdrawn(client, maker):
    story, question, _ = full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    made, editor = share(story, by=maker), make_user()
    picture = f"{address(made)}pictures/{file_of(placed.image)}"
    assert client.get(picture).status_code == 200
    publishing.publish(question, by=editor)
    publishing.withdraw(question, by=editor, notice="The picture shows somebody else.")
    assert client.get(picture).status_code == 404


def test_once_the_story_is_out_its_link_shows_no_question_that_is_not(client, maker):
    story, question, _ = full_story()
    placed = WorkImage.objects.create(work=question, image=make_image(), alt="A crane")
    question.answers.update(text=f"See.\n\n![](picture:{placed.uid})")
    revisions.record_revision(question, by=None)
    made, editor = share(story, by=maker), make_user()
    publishing.publish(story, by=editor)
    there = f"{address(made)}questions/{question.uid}/"
    assert client.get(there)["Location"] == f"/stories/{story.slug}/"
    assert client.get(f"{address(made)}pictures/{file_of(placed.image)}").status_code == 404
    publishing.publish(question, by=editor)
    assert client.get(there)["Location"] == f"/questions/{question.slug}/"


def test_a_question_that_is_out_already_leads_to_its_page(client, maker):
    question = make_published_question()
    made = share(make_story(questions=(question,)), by=maker)
    assert client.get(f"{address(made)}questions/{question.uid}/")["Location"] == f"/questions/{question.slug}/"


# Links that open nothing --------------------------------------------------------------------------------------------


def revoked(made, maker):
    shared_previews.revoke_link(made.link, by=maker)


def ended(made, maker):
    SharedPreview.objects.filter(pk=made.link.pk).update(ends_at=clock.now())


def erased(made, maker):
    erase.erase_work(made.link.work, by=make_user(role="Administrator"), reason="A court ordered it")


def in_the_bin(made, maker):
    trash.move_to_trash(made.link.work, by=maker)


def without_a_role(made, maker):
    maker.groups.clear()


def deactivated(made, maker):
    maker.is_active = False
    maker.save()


def no_writer_any_more(made, maker):
    maker.groups.set([make_user(role="Curator").groups.get()])


DEATHS = [revoked, ended, erased, in_the_bin, without_a_role, deactivated, no_writer_any_more]


@pytest.mark.parametrize("die", DEATHS)
@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("passcode", ["", "slate harbour"])
def test_a_link_that_opens_nothing_any_more_answers_as_one_that_never_was(client, maker, die, method, passcode):
    story, question, image = full_story()
    made = share(story, by=maker, passcode=passcode)
    assert client.get(address(made)).status_code == 200
    die(made, maker)
    client = Client()
    for rest in ("", f"questions/{question.uid}/", f"pictures/{file_of(image)}"):
        one, other = (getattr(client, method)(f"/preview/{token}/{rest}") for token in (made.token, NEVER))
        if not (method == "post" and rest):
            assert one.status_code == 404
        assert (one.status_code, one.content, dict(one.headers)) == (
            other.status_code,
            other.content,
            dict(other.headers),
        )
        assert not one.cookies
        assert made.token not in one.content.decode() + str(one.headers)


def test_revoked_ended_and_never_there_cost_the_same_questions_to_the_database(client, maker):
    asked = []
    for die in (revoked, ended, None):
        made = share(make_story(), by=maker)
        if die:
            die(made, maker)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/preview/{made.token if die else NEVER}/")
        asked.append([re.sub(r"'\w{64}'", "", query["sql"]) for query in queries])
    assert asked[0] == asked[1] == asked[2]


def test_a_link_lives_again_when_its_work_leaves_the_bin(client, maker):
    story = make_story()
    made = share(story, by=maker)
    trash.move_to_trash(story, by=maker)
    assert client.get(address(made)).status_code == 404
    trash.restore_from_trash(story, by=maker)
    assert client.get(address(made)).status_code == 200


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
def test_no_token_that_a_stranger_makes_up_is_an_error(client, token):
    response = client.get(f"/preview/{token}/")
    assert response.status_code == 404
    assert "X-Evil" not in response


def test_a_link_that_opens_nothing_is_not_counted(client, maker):
    made = share(make_story(), by=maker)
    revoked(made, maker)
    client.get(address(made))
    made.link.refresh_from_db()
    assert made.link.views == 0


# Counting -----------------------------------------------------------------------------------------------------------


def test_each_look_at_the_draft_is_counted_with_the_last_one(client, maker):
    story, question, image = full_story()
    made = share(story, by=maker)
    for _ in range(2):
        client.get(address(made))
    client.head(address(made))
    client.get(f"{address(made)}questions/{question.uid}/")
    client.get(f"{address(made)}pictures/{file_of(image)}")
    made.link.refresh_from_db()
    assert made.link.views == 2
    assert made.link.last_viewed_at is not None


def test_a_draft_with_many_questions_and_pictures_costs_no_more_queries_than_a_short_one(client, maker):
    def asked(number):
        story = make_story(questions=tuple(make_question() for _ in range(number)), topics=(make_topic(),))
        marks = [WorkImage.objects.create(work=story, image=make_image(), alt="A crane").uid for _ in range(number)]
        story.sections.filter(kind="behind").update(text="\n\n".join(f"![](picture:{uid})" for uid in marks))
        revisions.record_revision(story, by=None)
        made = share(story, by=maker)
        with CaptureQueriesContext(connection) as queries:
            assertContains(client.get(address(made)), 'class="picture"', count=number)
        return len(queries)

    assert asked(6) == asked(1) <= 22


# Passcodes ----------------------------------------------------------------------------------------------------------


def sealed(client, made):
    """Return the form of the passcode as it came."""
    page = client.get(address(made)).content.decode()
    found = re.search(r'name="seal" value="(\w+)"', page)
    assert found
    return {"seal": found[1]}


@pytest.fixture
def locked(maker):
    return share(make_story(headline="Behind a passcode"), by=maker, passcode="slate harbour")


def test_a_link_with_a_passcode_says_nothing_before_it_is_given(client, locked):
    response = client.get(address(locked))
    assertContains(response, "passcode")
    assertNotContains(response, "Behind a passcode")
    locked.link.refresh_from_db()
    assert locked.link.views == 0


def test_the_right_passcode_opens_the_draft_to_this_browser_alone(locked):
    client = Client(enforce_csrf_checks=True)
    response = client.post(address(locked), sealed(client, locked) | GIVEN)
    assert (response.status_code, response["Location"]) == (302, address(locked))
    assertContains(client.get(address(locked)), "Behind a passcode")
    assertNotContains(Client().get(address(locked)), "Behind a passcode")
    locked.link.refresh_from_db()
    assert locked.link.views == 1


def test_its_cookies_go_to_the_pages_of_the_link_alone_and_to_no_script(client, locked, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.post(address(locked), sealed(client, locked) | GIVEN)
    assert set(client.cookies) == {"preview_pass", "preview_form"}
    for cookie in client.cookies.values():
        assert cookie["path"] == address(locked)
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Strict"
        assert 0 < cookie["max-age"] <= 2 * 60 * 60
        assert "slate" not in cookie.value
        assert locked.token not in cookie.value


def test_the_cookie_of_one_link_opens_no_other(client, maker, locked):
    other = share(make_story(headline="Another draft"), by=maker, passcode="slate harbour")
    client.post(address(locked), sealed(client, locked) | GIVEN)
    stolen = Client()
    stolen.cookies["preview_pass"] = client.cookies["preview_pass"].value
    assertContains(stolen.get(address(locked)), "Behind a passcode")
    assertNotContains(stolen.get(address(other)), "Another draft")


def test_a_wrong_passcode_is_said_under_the_field_and_not_counted(client, locked):
    response = client.post(address(locked), sealed(client, locked) | {"passcode": "slate"})
    assertContains(response, "This is not the passcode of this link.", status_code=403)
    assert "preview_pass" not in client.cookies
    locked.link.refresh_from_db()
    assert locked.link.views == 0


def test_whoever_is_wrong_too_often_waits(client, locked):
    form = sealed(client, locked)
    for _ in range(5):
        assert client.post(address(locked), form | {"passcode": "wrong"}).status_code == 403
    for given in ("wrong", "slate harbour"):
        response = client.post(address(locked), form | {"passcode": given})
        assertContains(response, "mistyped too often", status_code=429)
        assert int(response["Retry-After"]) > 0
    assert client.get(address(locked)).status_code == 200


def test_an_empty_passcode_is_no_try(client, locked):
    form = sealed(client, locked)
    for _ in range(7):
        response = client.post(address(locked), form | {"passcode": " "})
        assertContains(response, "Type the passcode", status_code=403)
    assert client.post(address(locked), form | GIVEN).status_code == 302


@pytest.mark.parametrize("missing", ["seal", "cookie", "both"])
def test_a_form_that_is_not_ours_tries_no_passcode(client, locked, missing):
    form = sealed(client, locked)
    if missing != "cookie":
        form = {"seal": "0" * 64}
    if missing != "seal":
        client.cookies.clear()
    for _ in range(7):
        response = client.post(address(locked), form | GIVEN)
        assertContains(response, "The form was open too long", status_code=403)
        client.cookies.pop("preview_form") if missing != "seal" else None
    assert client.post(address(locked), sealed(client, locked) | GIVEN).status_code == 302


def test_a_form_that_another_site_sent_tries_no_passcode(client, locked):
    form = sealed(client, locked) | GIVEN
    assert client.post(address(locked), form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(address(locked), form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_the_seal_of_one_link_is_no_seal_of_another(client, maker, locked):
    other = share(make_story(), by=maker, passcode="slate harbour")
    form = sealed(client, locked)
    assert client.post(address(other), form | GIVEN).status_code == 403


def test_without_the_passcode_neither_questions_nor_pictures_open(maker):
    client, (story, question, image) = Client(), full_story()
    made = share(story, by=maker, passcode="slate harbour")
    there = f"{address(made)}questions/{question.uid}/"
    picture = f"{address(made)}pictures/{file_of(image)}"
    for uid in (question.uid, uuid4()):
        response = client.get(f"{address(made)}questions/{uid}/")
        assert (response.status_code, response["Location"]) == (302, address(made))
    assert (
        client.get(picture).content
        == client.get(f"{address(made)}pictures/{uuid4()}/free-64-0123456789abcdef.jpg").content
    )
    client.post(address(made), sealed(client, made) | GIVEN)
    assertContains(client.get(there), "Who may cross the pier on foot?")
    assert client.get(picture).status_code == 200


def test_sending_a_passcode_to_a_link_without_one_leads_to_the_draft(client, maker):
    made = share(make_story(), by=maker)
    response = client.post(address(made), GIVEN)
    assert (response.status_code, response["Location"]) == (302, address(made))


# What is said elsewhere ---------------------------------------------------------------------------------------------


def test_no_answer_of_the_site_writes_a_token_into_the_log(client, maker, caplog):
    made = share(make_story(), by=maker, passcode="slate harbour")
    with caplog.at_level(logging.DEBUG):
        client.delete(address(made))
        client.post(address(made), {"passcode": "wrong"})
        revoked(made, maker)
        client.get(address(made))
        client.get(address(made).rstrip("/"))
    said = [record for record in caplog.records if record.name.startswith("django.request")]
    assert said
    assert not [line for record in said if made.token in (line := RedactingFormatter().format(record))]


def test_nobody_at_the_desk_is_asked_who_they_are(maker, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    made = share(make_story(headline="Open to whoever has the link"), by=maker)
    client = Client()
    client.force_login(maker, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("preview", args=[made.token]))
    assertContains(response, "Open to whoever has the link")
    assert "Cookie" not in response.get("Vary", "")
