"""The preview of a work at the desk, and the screen for its shared previews."""

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
from tests.outcomes import list_errors
from tests.stories.admin.form_data import filled
from tests.what_is_read import extract_main

pytestmark = pytest.mark.django_db


def screen_address(name, work, *more):
    return reverse(f"admin:stories_{'story' if work.kind == 'story' else 'faq'}_{name}", args=[work.pk, *more])


# The preview ----------------------------------------------------------------------------------------------------------


def test_anonymous_users_are_redirected_to_sign_in_for_any_address(client):
    for path in (screen_address("preview", make_story()), "/admin/stories/story/999999/preview/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")


def test_a_user_without_a_role_cannot_open_the_preview():
    person = make_user(role="")
    person.is_staff = True
    person.save()
    assert signed_in(person).get(screen_address("preview", make_story())).status_code == 403


@pytest.mark.parametrize("work", [make_story, make_question])
def test_the_preview_has_a_banner_with_a_link_to_the_form(curator_client, work):
    draft = work()
    response = curator_client.get(screen_address("preview", draft))
    assertContains(response, 'class="banner preview"')
    assertContains(response, f'href="{screen_address("change", draft)}"')
    assert response.context["preview"].desk == screen_address("change", draft)


def test_a_preview_is_neither_cached_nor_indexed(writer_client):
    response = writer_client.get(screen_address("preview", make_story()))
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "ETag" not in response.headers


def test_the_preview_equals_the_published_page(client, editor, editor_client):
    story = make_story(
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(description="A pier."),),
        articles=(make_article(),),
        byline=("Ana Kestrel",),
        texts={"behind": "It had been cracked for years.[@1]"},
    )
    before = extract_main(editor_client.get(screen_address("preview", story)))
    publishing.publish(story, by=editor)
    assert extract_main(client.get(f"/stories/{story.slug}/")) == before


def test_the_preview_shows_the_newest_revision(client, editor_client):
    story = make_published_story()
    story.sections.filter(kind="background").update(text="Only the desk can read this sentence.")
    revisions.record_revision(story, by=None)
    assertContains(editor_client.get(screen_address("preview", story)), "Only the desk can read this sentence.")
    assertNotContains(client.get(f"/stories/{story.slug}/"), "Only the desk can read this sentence.")


def test_any_revision_can_be_previewed(writer_client):
    story = make_story()
    before = extract_main(writer_client.get(screen_address("preview", story)))
    story.sections.filter(kind="background").update(text="Written later.")
    revisions.record_revision(story, by=None)
    response = writer_client.get(screen_address("preview_revision", story, 1))
    assert extract_main(response) == before
    assert response.context["preview"].revision == 1
    assert re.search(r'class="banner preview".*?<strong>[^<]*\b1\b[^<]*</strong>', response.content.decode(), re.DOTALL)
    assert writer_client.get(screen_address("preview_revision", story, 9)).status_code == 404
    assertContains(
        writer_client.get(screen_address("revision", story, 1)),
        f'href="{screen_address("preview_revision", story, 1)}"',
    )


def test_a_preview_writes_nothing(writer_client):
    story = make_story()
    writer_client.get(screen_address("preview", story))
    with CaptureQueriesContext(connection) as queries:
        writer_client.get(screen_address("preview", story))
    assert [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])] == []


# Shared previews ------------------------------------------------------------------------------------------------------


def submit_share_form(client, work, **fields):
    """Submit the form for a new link, as a browser would, and return the response."""
    path = screen_address("share", work)
    return client.post(path, filled(client.get(path)) | {"label": "For the lawyer", **fields})


def find_link_address(response):
    match = re.search(rf'value="{django_settings.SITE_URL}(/preview/[\w-]+/)"', response.rendered_content)
    return match[1] if match else ""


def test_the_form_links_to_the_preview_and_the_form_and_the_history_link_to_shared_previews(writer_client):
    for work in (make_story(), make_question()):
        for name in ("change", "history"):
            page = writer_client.get(screen_address(name, work))
            assertContains(page, f'href="{screen_address("share", work)}"')
        assertContains(writer_client.get(screen_address("change", work)), f'href="{screen_address("preview", work)}"')


def test_users_who_may_not_share_see_no_link_and_cannot_open_the_screen(curator_client):
    story = make_story()
    assertNotContains(curator_client.get(screen_address("history", story)), screen_address("share", story))
    assert curator_client.get(screen_address("share", story)).status_code == 403
    assert curator_client.post(screen_address("share", story), {"label": "Me"}).status_code == 403
    assert not SharedPreview.objects.exists()


def test_a_link_is_valid_for_a_week_and_its_address_is_shown_once(client, writer_client):
    story = make_story(headline="What nobody reads yet, not even here")
    response = submit_share_form(writer_client, story)
    address = find_link_address(response)
    assertContains(client.get(address), "What nobody reads yet, not even here")
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    link = SharedPreview.objects.get()
    assert link.revision is None
    assert timedelta(days=6, hours=23) < link.ends_at - link.made_at < timedelta(days=7, minutes=1)
    page = writer_client.get(screen_address("share", story))
    assertContains(page, "For the lawyer")
    assertNotContains(page, "/preview/" + address.split("/")[2])


def test_submitting_the_form_twice_creates_one_link(writer_client):
    story = make_story()
    submit_share_form(writer_client, story)
    response = submit_share_form(writer_client, story)
    assert list(response.context["form"].errors) == ["label"]
    assert "“For the lawyer”" in response.context["form"].errors["label"][0]
    assert SharedPreview.objects.count() == 1


def test_a_link_can_be_limited_to_a_revision(client, writer_client):
    story = make_story()
    story.sections.filter(kind="background").update(text="Written later.")
    revisions.record_revision(story, by=None)
    page = writer_client.get(screen_address("share", story), {"revision": "1"})
    assert filled(page)["revision"] == "1"
    response = submit_share_form(writer_client, story, revision="1")
    assertNotContains(client.get(find_link_address(response)), "Written later.")
    assert SharedPreview.objects.get().revision.number == 1


def test_the_end_is_in_the_newsrooms_time_zone(writer_client, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        day = (clock.now() + timedelta(days=3)).date()
        story = make_story()
        assertContains(writer_client.get(screen_address("share", story)), "Europe/Berlin")
        submit_share_form(writer_client, story, day=str(day), time="17:00")
        local = timezone.localtime(SharedPreview.objects.get().ends_at)
        assert (local.date(), local.hour) == (day, 17)
    finally:
        timezone.get_default_timezone.cache_clear()


def test_errors_are_shown_at_their_fields(writer_client):
    story = make_story()
    errors = {
        "label": ("  ", "required"),
        "day": ("2001-01-01", None),
        "time": ("", None),
        "passcode": ("short", None),
        "revision": ("77", "invalid_choice"),
    }
    for field, (value, code) in errors.items():
        response = submit_share_form(writer_client, story, **{field: value})
        assert list_errors(response.context["form"]) == [(field, code)]
        assertContains(response, 'class="errorlist"')
    for day, code in (("", None), ("soon", "invalid")):
        response = submit_share_form(writer_client, story, day=day)
        assert list_errors(response.context["form"]) == [("day", code)]
        assertContains(response, 'class="errorlist"')
    assert not SharedPreview.objects.exists()


def test_a_work_in_the_trash_cannot_be_shared(writer, writer_client):
    story = make_story()
    assertContains(submit_share_form(writer_client, story), 'class="share-form"')
    trash.move_to_trash(story, by=writer)
    page = writer_client.get(screen_address("share", story))
    assert [(row.state, row.is_open) for row in page.context["links"]] == [("binned", False)]
    assertNotContains(page, 'class="share-form"')
    assertContains(page, "in the bin")
    assertNotContains(writer_client.post(screen_address("share", story), {"label": "Another"}), 'class="share-form"')
    assert SharedPreview.objects.count() == 1


def test_the_list_shows_the_state_of_each_link(writer, writer_client, editor):
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
    response = writer_client.get(screen_address("share", story))
    states = {row.link.label: (row.state, row.is_open) for row in response.context["links"]}
    assert states == {
        "Open one": ("open", True),
        "Revoked one": ("revoked", False),
        "Ended one": ("ended", False),
        "Other one": ("without_maker", False),
    }
    page = re.sub(r"\s+", " ", response.rendered_content)
    rows = {match[1]: match[0] for match in re.finditer(r"<tr[^>]*> <th scope=\"row\">(\w+ one).*?</tr>", page)}
    assert rows.keys() == states.keys()
    for label, row in rows.items():
        key = SharedPreview.objects.get(label=label).pk
        assert (f'action="{screen_address("revoke_share", story, key)}"' in row) is (label == "Open one")
        assert ('class="past"' in row) is (label != "Open one")
        assert states[label][0].label in row
    assert str(editor) in rows["Revoked one"]
    assert "<td>1, " in rows["Other one"]
    assert "Mira Sund" in rows["Other one"]
    publishing.publish(story, by=editor)
    assertContains(writer_client.get(screen_address("share", story)), f'<a href="/stories/{story.slug}/">')


def test_a_link_can_be_revoked(client, writer_client):
    story = make_story()
    address = find_link_address(submit_share_form(writer_client, story))
    link = SharedPreview.objects.get()
    response = writer_client.post(screen_address("revoke_share", story, link.pk))
    assertRedirects(response, screen_address("share", story))
    assert client.get(address).status_code == 404


def test_get_does_not_revoke_a_link(writer_client):
    story = make_story()
    submit_share_form(writer_client, story)
    link = SharedPreview.objects.get()
    assertRedirects(writer_client.get(screen_address("revoke_share", story, link.pk)), screen_address("share", story))
    link.refresh_from_db()
    assert link.revoked_at is None


def test_editors_can_revoke_links_of_others_but_writers_cannot(writer_client, editor_client):
    story, other = make_story(), make_user(role="Writer")
    link = shared_previews.create_link(story, by=other, label="Theirs", ends_at=clock.now() + timedelta(days=2)).link
    assert writer_client.post(screen_address("revoke_share", story, link.pk)).status_code == 403
    assert editor_client.post(screen_address("revoke_share", make_story(), link.pk)).status_code == 404
    assert editor_client.post(screen_address("revoke_share", story, link.pk)).status_code == 302
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_a_longer_list_of_links_takes_no_more_queries(writer, writer_client):
    def count_queries(number):
        story = make_story()
        for each in range(number):
            shared_previews.create_link(story, by=writer, label=f"Link {each}", ends_at=clock.now() + timedelta(days=2))
        writer_client.get(screen_address("share", story))
        with CaptureQueriesContext(connection) as queries:
            writer_client.get(screen_address("share", story))
        return len(queries)

    assert count_queries(9) == count_queries(2)
