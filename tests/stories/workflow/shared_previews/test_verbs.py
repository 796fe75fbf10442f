"""Verbs for shared previews: creating and revoking links, audit entries and passcodes."""

import hashlib
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from newsroom.audit.models import Event
from newsroom.http import clock
from stories.drafts import revisions
from stories.models import SharedPreview, Story, WorkKind
from stories.workflow import shared_previews, trash
from tests.factories import make_published_story, make_story, make_user

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def writer():
    return make_user(role="Writer")


def share(work, *, by, **options):
    """Create a link, by default to the newest draft of a work and for a week."""
    return shared_previews.create_link(
        work, by=by, **{"label": "For the lawyer", "ends_at": clock.now() + WEEK, **options}
    )


def test_only_a_digest_of_the_token_is_stored(writer):
    created = share(make_story(), by=writer)
    assert len(created.token) == 43
    row = SharedPreview.objects.values().get()
    assert row["token_digest"] == hashlib.sha256(created.token.encode()).hexdigest()
    assert created.token not in str(row)


def test_each_link_has_its_own_token(writer):
    story = make_story()
    assert share(story, by=writer, label="One").token != share(story, by=writer, label="Two").token


def test_a_passcode_is_stored_as_a_digest_that_differs_for_each_link(writer):
    story = make_story()
    one, two = (share(story, by=writer, label=label, passcode="slate harbour").link for label in ("One", "Two"))
    assert one.passcode_digest
    assert one.passcode_digest != two.passcode_digest
    assert "slate" not in one.passcode_digest


@pytest.mark.parametrize("role", ["Writer", "Editor", "Administrator"])
def test_users_who_may_edit_may_share(role):
    assert share(make_story(), by=make_user(role=role)).link.pk


@pytest.mark.parametrize("role", ["", "Curator"])
def test_users_who_may_not_edit_may_not_share(role):
    with pytest.raises(PermissionDenied):
        share(make_story(), by=make_user(role=role))
    assert not SharedPreview.objects.exists()


def test_an_inactive_user_may_not_share():
    with pytest.raises(PermissionDenied):
        share(make_story(), by=make_user(role="Editor", is_active=False))


def test_sharing_and_revoking_are_logged_without_the_token(writer):
    story = make_story()
    created = share(story, by=writer, revision=revisions.get_newest_revision(story), passcode="slate harbour")
    shared_previews.revoke_link(created.link, by=writer)
    entries = list(Event.objects.about(story.uid).values_list("verb", "by_name", "before", "after", "reason")[:2])
    assert [verb for verb, *_ in entries] == ["preview revoked", "preview shared"]
    assert entries[1][3] == {
        "link": created.link.pk,
        "label": "For the lawyer",
        "revision": 1,
        "ends": created.link.ends_at.isoformat(),
        "passcode": True,
    }
    for secret in (created.token, created.link.token_digest, created.link.passcode_digest, "slate harbour"):
        assert secret not in str(entries)


def get_refusal(work, *, by, **options):
    """Return the field and the message of the refusal; assert that no link and no audit entry were written."""
    events = Event.objects.count()
    links = SharedPreview.objects.count()
    with pytest.raises(shared_previews.SharingRefusedError) as refusal:
        share(work, by=by, **options)
    assert (SharedPreview.objects.count(), Event.objects.count()) == (links, events)
    return refusal.value.field, str(refusal.value)


def test_a_link_needs_a_label(writer):
    assert get_refusal(make_story(), by=writer, label="  ")[0] == "label"


def test_a_label_longer_than_its_column_is_refused(writer):
    assert get_refusal(make_story(), by=writer, label="x" * 201)[0] == "label"


def test_open_links_of_a_work_have_different_labels(writer):
    story = make_story()
    first = share(story, by=writer).link
    assert get_refusal(story, by=writer, label="for the lawyer")[0] == "label"
    share(make_story(), by=writer)
    shared_previews.revoke_link(first, by=writer)
    share(story, by=writer)


def test_an_end_that_has_passed_is_refused(writer):
    assert get_refusal(make_story(), by=writer, ends_at=clock.now())[0] == "ends_at"


def test_a_link_lasts_at_most_ninety_days(writer):
    share(make_story(), by=writer, ends_at=clock.now() + timedelta(days=89, hours=23))
    field, message = get_refusal(make_story(), by=writer, ends_at=clock.now() + timedelta(days=91))
    assert field == "ends_at"
    assert "90" in message


def test_a_short_passcode_is_refused(writer):
    assert get_refusal(make_story(), by=writer, passcode=" 1234567 ")[0] == "passcode"


def test_a_work_in_the_trash_cannot_be_shared(writer):
    story = make_story()
    trash.move_to_trash(story, by=writer)
    assert "bin" in get_refusal(story, by=writer)[1]


def test_a_revision_of_another_work_cannot_be_shared(writer):
    other = revisions.get_newest_revision(make_story())
    field, message = get_refusal(make_story(), by=writer, revision=other)
    assert field == "revision"
    assert "another page" in message


def test_a_revision_that_is_already_live_cannot_be_shared(writer):
    story = make_published_story()
    field, message = get_refusal(story, by=writer, revision=revisions.get_newest_revision(story))
    assert field == "revision"
    assert "already published" in message


def test_a_work_without_a_revision_cannot_be_shared(writer):
    story = Story.objects.create(kind=WorkKind.STORY, slug="never-saved")
    assert "Save the page first" in get_refusal(story, by=writer)[1]


def test_the_creator_of_a_link_and_users_who_may_publish_may_revoke_it(writer):
    story = make_story()
    for number, user in enumerate((writer, make_user(role="Editor"))):
        link = share(story, by=writer, label=f"Link {number}").link
        shared_previews.revoke_link(link, by=user)
        link.refresh_from_db()
        assert link.revoked_by == user
        assert link.revoked_at is not None


@pytest.mark.parametrize("role", ["Writer", "Curator", ""])
def test_other_users_may_not_revoke_a_link(writer, role):
    link = share(make_story(), by=writer).link
    with pytest.raises(PermissionDenied):
        shared_previews.revoke_link(link, by=make_user(role=role))
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_link_is_revoked_only_once(writer):
    link = share(make_story(), by=writer).link
    shared_previews.revoke_link(link, by=writer)
    shared_previews.revoke_link(link, by=make_user(role="Editor"))
    link.refresh_from_db()
    assert link.revoked_by == writer
    assert Event.objects.about(link.work.uid).filter(verb="preview revoked").count() == 1


def test_concurrent_views_are_all_counted(writer):
    link = share(make_story(), by=writer).link
    stale_link = SharedPreview.objects.get(pk=link.pk)
    now = clock.now()
    shared_previews.count_view(link, at=now)
    shared_previews.count_view(stale_link, at=now)
    link.refresh_from_db()
    assert (link.views, link.last_viewed_at) == (2, now)


def try_passcode(link, passcode, *, times=1, address="192.0.2.1"):
    return [shared_previews.try_passcode(link, passcode, address=address) for _ in range(times)]


@pytest.fixture
def locked(writer):
    cache.clear()
    return share(make_story(), by=writer, passcode="slate harbour").link


def test_right_passcodes_do_not_count_towards_the_limit(locked):
    assert set(try_passcode(locked, " slate harbour ", times=9)) == {shared_previews.AttemptResult.RIGHT}


def test_an_address_is_blocked_after_five_wrong_passcodes(locked):
    assert try_passcode(locked, "wrong", times=6) == [shared_previews.AttemptResult.WRONG] * 5 + [
        shared_previews.AttemptResult.TOO_OFTEN
    ]
    assert try_passcode(locked, "slate harbour") == [shared_previews.AttemptResult.TOO_OFTEN]
    assert try_passcode(locked, "slate harbour", address="192.0.2.2") == [shared_previews.AttemptResult.RIGHT]


def test_all_ipv6_addresses_of_one_network_share_a_limit(locked):
    outcomes = [try_passcode(locked, "wrong", address=f"2001:db8:0:1::{n:x}")[0] for n in range(1, 12)]
    assert outcomes == [shared_previews.AttemptResult.WRONG] * 5 + [shared_previews.AttemptResult.TOO_OFTEN] * 6
    assert try_passcode(locked, "slate harbour", address="2001:db8:0:2::1") == [shared_previews.AttemptResult.RIGHT]


def test_a_link_is_blocked_after_thirty_wrong_passcodes_from_all_addresses(locked):
    outcomes = [try_passcode(locked, "wrong", address=f"192.0.2.{number // 5}")[0] for number in range(31)]
    assert outcomes == [shared_previews.AttemptResult.WRONG] * 30 + [shared_previews.AttemptResult.TOO_OFTEN]
    assert try_passcode(locked, "slate harbour", address="198.51.100.1") == [shared_previews.AttemptResult.TOO_OFTEN]


def test_wrong_passcodes_for_one_link_do_not_block_others(locked, writer):
    other = share(make_story(), by=writer, passcode="slate harbour").link
    try_passcode(locked, "wrong", times=6)
    assert try_passcode(other, "slate harbour") == [shared_previews.AttemptResult.RIGHT]


def test_a_pass_is_valid_only_for_its_own_link(locked, writer):
    other = share(make_story(), by=writer, passcode="slate harbour").link
    pass_value = shared_previews.sign_pass(locked)
    assert shared_previews.verify_pass(locked, pass_value)
    assert not shared_previews.verify_pass(other, pass_value)
    assert not shared_previews.verify_pass(locked, f"{pass_value}x")
    assert not shared_previews.verify_pass(locked, "")


def test_a_pass_expires(locked, monkeypatch):
    pass_value = shared_previews.sign_pass(locked)
    later = time.time() + shared_previews.PASS_LIFETIME + 2
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert not shared_previews.verify_pass(locked, pass_value)
