"""Making a link to a draft, revoking it, and what is written down of it."""

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


def share(work, *, by, **chosen):
    """Share the newest draft of a work for a week."""
    return shared_previews.create_link(
        work, by=by, **{"label": "For the lawyer", "ends_at": clock.now() + WEEK, **chosen}
    )


def test_only_a_digest_of_the_token_is_kept(writer):
    made = share(make_story(), by=writer)
    assert len(made.token) == 43
    kept = SharedPreview.objects.values().get()
    assert kept["token_digest"] == hashlib.sha256(made.token.encode()).hexdigest()
    assert made.token not in str(kept)


def test_no_two_links_have_the_same_token(writer):
    story = make_story()
    assert share(story, by=writer, label="One").token != share(story, by=writer, label="Two").token


def test_a_passcode_is_kept_as_a_digest_that_differs_for_each_link(writer):
    story = make_story()
    one, two = (share(story, by=writer, label=label, passcode="slate harbour").link for label in ("One", "Two"))
    assert one.passcode_digest
    assert one.passcode_digest != two.passcode_digest
    assert "slate" not in one.passcode_digest


@pytest.mark.parametrize("role", ["Writer", "Editor", "Administrator"])
def test_whoever_writes_may_share(role):
    assert share(make_story(), by=make_user(role=role)).link.pk


@pytest.mark.parametrize("role", ["", "Curator"])
def test_whoever_does_not_write_may_not_share(role):
    with pytest.raises(PermissionDenied):
        share(make_story(), by=make_user(role=role))
    assert not SharedPreview.objects.exists()


def test_an_account_that_was_deactivated_may_not_share():
    with pytest.raises(PermissionDenied):
        share(make_story(), by=make_user(role="Editor", is_active=False))


def test_sharing_and_revoking_are_written_down_without_the_token(writer):
    story = make_story()
    made = share(story, by=writer, revision=revisions.get_newest_revision(story), passcode="slate harbour")
    shared_previews.revoke_link(made.link, by=writer)
    told = list(Event.objects.about(story.uid).values_list("verb", "by_name", "before", "after", "reason")[:2])
    assert [verb for verb, *_ in told] == ["preview revoked", "preview shared"]
    assert told[1][3] == {
        "link": made.link.pk,
        "label": "For the lawyer",
        "revision": 1,
        "ends": made.link.ends_at.isoformat(),
        "passcode": True,
    }
    for secret in (made.token, made.link.token_digest, made.link.passcode_digest, "slate harbour"):
        assert secret not in str(told)


def refused(work, *, by, **chosen):
    """Return the field and the words of the refusal; nothing may have been made or written down."""
    events = Event.objects.count()
    links = SharedPreview.objects.count()
    with pytest.raises(shared_previews.SharingRefusedError) as refusal:
        share(work, by=by, **chosen)
    assert (SharedPreview.objects.count(), Event.objects.count()) == (links, events)
    return refusal.value.field, str(refusal.value)


def test_a_link_needs_a_label(writer):
    assert refused(make_story(), by=writer, label="  ")[0] == "label"


def test_a_label_is_not_longer_than_its_column(writer):
    assert refused(make_story(), by=writer, label="x" * 201)[0] == "label"


def test_two_open_links_of_a_work_have_two_labels(writer):
    story = make_story()
    first = share(story, by=writer).link
    assert refused(story, by=writer, label="for the lawyer")[0] == "label"
    share(make_story(), by=writer)
    shared_previews.revoke_link(first, by=writer)
    share(story, by=writer)


def test_an_end_that_has_passed_is_refused(writer):
    assert refused(make_story(), by=writer, ends_at=clock.now())[0] == "ends_at"


def test_a_link_lives_ninety_days_at_most(writer):
    share(make_story(), by=writer, ends_at=clock.now() + timedelta(days=89, hours=23))
    assert "90 days" in refused(make_story(), by=writer, ends_at=clock.now() + timedelta(days=91))[1]


def test_a_short_passcode_is_refused(writer):
    assert refused(make_story(), by=writer, passcode=" 1234567 ")[0] == "passcode"


def test_what_lies_in_the_bin_is_not_shared(writer):
    story = make_story()
    trash.move_to_trash(story, by=writer)
    assert "bin" in refused(story, by=writer)[1]


def test_a_revision_of_another_work_is_not_shared(writer):
    assert refused(make_story(), by=writer, revision=revisions.get_newest_revision(make_story()))[0] == "revision"


def test_what_readers_see_already_is_not_shared_as_a_revision(writer):
    story = make_published_story()
    assert "Readers see exactly this" in refused(story, by=writer, revision=revisions.get_newest_revision(story))[1]


def test_what_was_never_saved_is_not_shared(writer):
    story = Story.objects.create(kind=WorkKind.STORY, slug="never-saved")
    assert "Nothing was saved" in refused(story, by=writer)[1]


def test_who_made_a_link_and_who_publishes_may_revoke_it(writer):
    story = make_story()
    for number, person in enumerate((writer, make_user(role="Editor"))):
        link = share(story, by=writer, label=f"Link {number}").link
        shared_previews.revoke_link(link, by=person)
        link.refresh_from_db()
        assert link.revoked_by == person
        assert link.revoked_at is not None


@pytest.mark.parametrize("role", ["Writer", "Curator", ""])
def test_nobody_else_may_revoke_it(writer, role):
    link = share(make_story(), by=writer).link
    with pytest.raises(PermissionDenied):
        shared_previews.revoke_link(link, by=make_user(role=role))
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_link_is_revoked_once(writer):
    link = share(make_story(), by=writer).link
    shared_previews.revoke_link(link, by=writer)
    shared_previews.revoke_link(link, by=make_user(role="Editor"))
    link.refresh_from_db()
    assert link.revoked_by == writer
    assert Event.objects.about(link.work.uid).filter(verb="preview revoked").count() == 1


def test_views_that_are_counted_at_the_same_moment_are_both_counted(writer):
    link = share(make_story(), by=writer).link
    same = SharedPreview.objects.get(pk=link.pk)
    now = clock.now()
    shared_previews.count_view(link, at=now)
    shared_previews.count_view(same, at=now)
    link.refresh_from_db()
    assert (link.views, link.last_viewed_at) == (2, now)


def tried(link, passcode, *, times=1, address="192.0.2.1"):
    return [shared_previews.try_passcode(link, passcode, address=address) for _ in range(times)]


@pytest.fixture
def locked(writer):
    cache.clear()
    return share(make_story(), by=writer, passcode="slate harbour").link


def test_the_right_passcode_is_right_however_often_it_is_given(locked):
    assert set(tried(locked, " slate harbour ", times=9)) == {shared_previews.AttemptResult.RIGHT}


def test_after_five_wrong_ones_nothing_from_that_address_is_tried(locked):
    assert tried(locked, "wrong", times=6) == [shared_previews.AttemptResult.WRONG] * 5 + [
        shared_previews.AttemptResult.TOO_OFTEN
    ]
    assert tried(locked, "slate harbour") == [shared_previews.AttemptResult.TOO_OFTEN]
    assert tried(locked, "slate harbour", address="192.0.2.2") == [shared_previews.AttemptResult.RIGHT]


def test_all_addresses_of_one_connection_are_one_who_tries(locked):
    outcomes = [tried(locked, "wrong", address=f"2001:db8:0:1::{n:x}")[0] for n in range(1, 12)]
    assert outcomes == [shared_previews.AttemptResult.WRONG] * 5 + [shared_previews.AttemptResult.TOO_OFTEN] * 6
    assert tried(locked, "slate harbour", address="2001:db8:0:2::1") == [shared_previews.AttemptResult.RIGHT]


def test_from_many_addresses_together_a_link_is_tried_thirty_times(locked):
    outcomes = [tried(locked, "wrong", address=f"192.0.2.{number // 5}")[0] for number in range(31)]
    assert outcomes == [shared_previews.AttemptResult.WRONG] * 30 + [shared_previews.AttemptResult.TOO_OFTEN]
    assert tried(locked, "slate harbour", address="198.51.100.1") == [shared_previews.AttemptResult.TOO_OFTEN]


def test_being_wrong_at_one_link_closes_no_other(locked, writer):
    other = share(make_story(), by=writer, passcode="slate harbour").link
    tried(locked, "wrong", times=6)
    assert tried(other, "slate harbour") == [shared_previews.AttemptResult.RIGHT]


def test_a_pass_is_good_for_its_own_link_only(locked, writer):
    other = share(make_story(), by=writer, passcode="slate harbour").link
    given = shared_previews.sign_pass(locked)
    assert shared_previews.verify_pass(locked, given)
    assert not shared_previews.verify_pass(other, given)
    assert not shared_previews.verify_pass(locked, f"{given}x")
    assert not shared_previews.verify_pass(locked, "")


def test_a_pass_does_not_last(locked, monkeypatch):
    given = shared_previews.sign_pass(locked)
    later = time.time() + shared_previews.PASS_LIFETIME + 2
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert not shared_previews.verify_pass(locked, given)
