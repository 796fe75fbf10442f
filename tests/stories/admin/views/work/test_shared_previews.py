"""The preview of the desk, and its screen of links to a draft."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import SharedPreview
from stories.workflow import shared_previews, trash
from tests.conftest import signed_in
from tests.factories import (
    make_article,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)
from tests.stories.admin.filling import filled
from tests.what_is_read import extract_main

pytestmark = pytest.mark.django_db


def screen(name, work, *more):
    return reverse(f"admin:stories_{'story' if work.kind == 'story' else 'faq'}_{name}", args=[work.pk, *more])


# The preview --------------------------------------------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in_whether_the_draft_exists_or_not(client):
    for path in (screen("preview", make_story()), "/admin/stories/story/999999/preview/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_an_account_without_a_role_may_not_see_it():
    person = make_user(role="")
    person.is_staff = True
    person.save()
    assert signed_in(person).get(screen("preview", make_story())).status_code == 403


@pytest.mark.parametrize("work", [make_story, make_question])
def test_the_desk_sees_what_is_saved_under_a_banner_that_leads_back(curator_client, work):
    made = work()
    response = curator_client.get(screen("preview", made))
    assertContains(response, 'class="banner preview"')
    assertContains(response, f'href="{screen("change", made)}"')
    assertContains(response, "Only people of the desk can open this page.")


def test_nobody_keeps_or_finds_a_preview(writer_client):
    response = writer_client.get(screen("preview", make_story()))
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "ETag" not in response.headers


def test_it_is_the_page_that_readers_get_after_publishing(client, editor, editor_client):
    story = make_story(
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(description="A pier."),),
        articles=(make_article(),),
        byline=("Ana Kestrel",),
        texts={"behind": "It had been cracked for years.[@1]"},
    )
    before = extract_main(editor_client.get(screen("preview", story)))
    publishing.publish(story, by=editor)
    assert extract_main(client.get(f"/stories/{story.slug}/")) == before


def test_it_shows_the_newest_save_while_readers_see_the_old_one(client, editor_client):
    story = make_published_story()
    story.sections.filter(kind="background").update(text="Only the desk can read this sentence.")
    revisions.record_revision(story, by=None)
    assertContains(editor_client.get(screen("preview", story)), "Only the desk can read this sentence.")
    assertNotContains(client.get(f"/stories/{story.slug}/"), "Only the desk can read this sentence.")


def test_any_revision_can_be_seen_as_a_page(writer_client):
    story = make_story()
    before = extract_main(writer_client.get(screen("preview", story)))
    story.sections.filter(kind="background").update(text="Written later.")
    revisions.record_revision(story, by=None)
    response = writer_client.get(screen("proof", story, 1))
    assert extract_main(response) == before
    assertContains(response, "Revision 1, as readers would see it now.")
    assert writer_client.get(screen("proof", story, 9)).status_code == 404
    assertContains(writer_client.get(screen("revision", story, 1)), f'href="{screen("proof", story, 1)}"')


def test_looking_at_a_preview_stores_nothing(writer_client):
    story = make_story()
    writer_client.get(screen("preview", story))
    with CaptureQueriesContext(connection) as queries:
        writer_client.get(screen("preview", story))
    assert [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])] == []


# The links ----------------------------------------------------------------------------------------------------------


def made_by(client, work, **chosen):
    """Make a link by the form, as a browser would; return the answer."""
    path = screen("share", work)
    return client.post(path, filled(client.get(path)) | {"label": "For the lawyer", **chosen})


def address_in(response):
    found = re.search(rf'value="{django_settings.SITE_URL}(/preview/[\w-]+/)"', response.rendered_content)
    return found[1] if found else ""


def test_the_forms_and_the_history_lead_to_preview_and_links(writer_client):
    for work in (make_story(), make_question()):
        for name in ("change", "history"):
            page = writer_client.get(screen(name, work))
            assertContains(page, f'href="{screen("share", work)}"')
        assertContains(writer_client.get(screen("change", work)), f'href="{screen("preview", work)}"')


def test_whoever_may_not_share_finds_no_way_there(curator_client):
    story = make_story()
    assertNotContains(curator_client.get(screen("history", story)), screen("share", story))
    assert curator_client.get(screen("share", story)).status_code == 403
    assert curator_client.post(screen("share", story), {"label": "Me"}).status_code == 403
    assert not SharedPreview.objects.exists()


def test_a_link_is_made_for_a_week_and_its_address_shown_once(client, writer_client):
    story = make_story(headline="What nobody reads yet, not even here")
    response = made_by(writer_client, story)
    address = address_in(response)
    assertContains(client.get(address), "What nobody reads yet, not even here")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    link = SharedPreview.objects.get()
    assert link.revision is None
    assert timedelta(days=6, hours=23) < link.ends_at - link.made_at < timedelta(days=7, minutes=1)
    again = writer_client.get(screen("share", story))
    assertContains(again, "For the lawyer")
    assertNotContains(again, "/preview/" + address.split("/")[2])


def test_sending_the_form_again_makes_no_second_link(writer_client):
    story = make_story()
    made_by(writer_client, story)
    response = made_by(writer_client, story)
    assertContains(response, "There is an open link with the label")
    assert SharedPreview.objects.count() == 1


def test_a_chosen_revision_is_pinned(client, writer_client):
    story = make_story()
    story.sections.filter(kind="background").update(text="Written later.")
    revisions.record_revision(story, by=None)
    page = writer_client.get(screen("share", story), {"revision": "1"})
    assert filled(page)["revision"] == "1"
    response = made_by(writer_client, story, revision="1")
    assertNotContains(client.get(address_in(response)), "Written later.")
    assert SharedPreview.objects.get().revision.number == 1


def test_the_end_is_in_the_time_of_the_newsroom(writer_client, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        day = (clock.now() + timedelta(days=3)).date()
        story = make_story()
        assertContains(writer_client.get(screen("share", story)), "Europe/Berlin")
        made_by(writer_client, story, day=str(day), time="17:00")
        local = timezone.localtime(SharedPreview.objects.get().ends_at)
        assert (local.date(), local.hour) == (day, 17)
    finally:
        timezone.get_default_timezone.cache_clear()


def test_what_is_wrong_is_said_at_its_field(writer_client):
    story = make_story()
    wrong = {
        "label": ("  ", "Say who gets the link"),
        "day": ("2001-01-01", "The end has passed."),
        "time": ("", "Say at what time."),
        "passcode": ("short", "at least 8 characters"),
        "revision": ("77", "not one of the available choices"),
    }
    for field, (value, words) in wrong.items():
        response = made_by(writer_client, story, **{field: value})
        assertContains(response, words)
        assertContains(response, 'class="errorlist"')
    assertContains(made_by(writer_client, story, day=""), "Say on which day the link ends.")
    assertContains(made_by(writer_client, story, day="soon"), 'class="errorlist"')
    assert not SharedPreview.objects.exists()


def test_what_lies_in_the_bin_offers_no_form(writer, writer_client):
    story = make_story()
    made_by(writer_client, story)
    trash.move_to_trash(story, by=writer)
    page = writer_client.get(screen("share", story))
    assertContains(page, "This lies in the bin")
    assertContains(page, "Closed: in the bin")
    assertNotContains(page, "Make the link")
    assertContains(writer_client.post(screen("share", story), {"label": "Another"}), "This lies in the bin")
    assert SharedPreview.objects.count() == 1


def test_the_list_says_how_each_link_stands(writer, writer_client, editor):
    story = make_story()
    for label in ("Open", "Revoked", "Ended", "Other"):
        by = make_user(role="Writer", first_name="Mira", last_name="Sund") if label == "Other" else writer
        link = shared_previews.create_link(
            story, by=by, label=f"{label} one", ends_at=clock.now() + timedelta(days=2)
        ).link
        if label == "Revoked":
            shared_previews.revoke_link(link, by=editor)
        if label == "Ended":
            SharedPreview.objects.filter(pk=link.pk).update(ends_at=clock.now())
        if label == "Other":
            by.groups.clear()
            shared_previews.count_view(link, at=clock.now())
    page = re.sub(r"\s+", " ", writer_client.get(screen("share", story)).rendered_content)
    rows = {found[1]: found[0] for found in re.finditer(r"<tr[^>]*> <th scope=\"row\">(\w+ one).*?</tr>", page)}
    assert "Open, until" in rows["Open one"]
    assert "Revoke<" in rows["Open one"]
    assert f"by {editor}" in rows["Revoked one"]
    assert "Revoke<" not in rows["Revoked one"]
    assert "Ended" in rows["Ended one"]
    assert "Revoke<" not in rows["Ended one"]
    assert "may no longer share it" in rows["Other one"]
    assert "<td>1, last" in rows["Other one"]
    assert "by Mira Sund" in rows["Other one"]
    assert "Revoke<" not in rows["Other one"]
    publishing.publish(story, by=editor)
    assertContains(writer_client.get(screen("share", story)), f'Leads to <a href="/stories/{story.slug}/">the page</a>')


def test_a_link_is_revoked_with_one_press(client, writer_client):
    story = make_story()
    address = address_in(made_by(writer_client, story))
    link = SharedPreview.objects.get()
    response = writer_client.post(screen("unshare", story, link.pk))
    assertRedirects(response, screen("share", story))
    assert client.get(address).status_code == 404


def test_looking_at_the_address_of_revoking_revokes_nothing(writer_client):
    story = make_story()
    made_by(writer_client, story)
    link = SharedPreview.objects.get()
    assertRedirects(writer_client.get(screen("unshare", story, link.pk)), screen("share", story))
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_writer_revokes_no_link_of_somebody_else_and_an_editor_does(writer_client, editor_client):
    story, other = make_story(), make_user(role="Writer")
    link = shared_previews.create_link(story, by=other, label="Theirs", ends_at=clock.now() + timedelta(days=2)).link
    assert writer_client.post(screen("unshare", story, link.pk)).status_code == 403
    assert editor_client.post(screen("unshare", make_story(), link.pk)).status_code == 404
    assert editor_client.post(screen("unshare", story, link.pk)).status_code == 302
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_a_long_list_of_links_costs_no_more_questions_than_a_short_one(writer, writer_client):
    def cost(number):
        story = make_story()
        for each in range(number):
            shared_previews.create_link(story, by=writer, label=f"Link {each}", ends_at=clock.now() + timedelta(days=2))
        writer_client.get(screen("share", story))
        with CaptureQueriesContext(connection) as queries:
            writer_client.get(screen("share", story))
        return len(queries)

    assert cost(9) == cost(2)
