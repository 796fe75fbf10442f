"""Several people open a shared preview, try its passcode, or create and revoke links at the same moment."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from newsroom.audit.models import Event
from newsroom.http import clock
from stories.models import SharedPreview
from stories.workflow import shared_previews
from tests.factories import make_story, make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 8


@pytest.fixture(autouse=True)
def _reset_rate_limits(transactional_db):
    cache.clear()


def open_preview(token):
    from django.test import Client

    return Client().get(f"/preview/{token}/").status_code


def try_passcode(link_pk, passcode):
    from stories.models import SharedPreview

    return shared_previews.try_passcode(SharedPreview.objects.get(pk=link_pk), passcode, address="192.0.2.1").value


def share(story_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import Story

    story, ends_at = Story.objects.get(pk=story_pk), clock.now() + timedelta(days=2)
    return shared_previews.create_link(
        story, by=User.objects.get(pk=user_pk), label="Dr Holm", ends_at=ends_at
    ).link.label


def revoke(link_pk, user_pk):
    from newsroom.accounts.models import User
    from stories.models import SharedPreview

    shared_previews.revoke_link(SharedPreview.objects.get(pk=link_pk), by=User.objects.get(pk=user_pk))
    return "revoked"


def make_link(**options):
    ends_at = clock.now() + timedelta(days=2)
    return shared_previews.create_link(make_story(), by=make_user(), label="Dr Holm", ends_at=ends_at, **options)


def test_simultaneous_views_are_all_counted(tmp_path):
    shared = make_link()
    assert (
        run_concurrently(open_preview, [(shared.token,)] * PROCESSES, media_root=tmp_path)
        == [("returned", 200)] * PROCESSES
    )
    shared.link.refresh_from_db()
    assert shared.link.views == PROCESSES


def test_simultaneous_wrong_passcodes_do_not_exceed_the_limit(tmp_path):
    link = make_link(passcode="slate harbour").link
    answers = run_concurrently(
        try_passcode, [(link.pk, f"wrong {number}") for number in range(PROCESSES)], media_root=tmp_path
    )
    assert sorted(answers) == [("returned", "too often")] * (PROCESSES - 5) + [("returned", "wrong")] * 5


def test_a_form_submitted_several_times_at_once_creates_one_link(tmp_path):
    story, person = make_story(), make_user()
    answers = run_concurrently(share, [(story.pk, person.pk)] * PROCESSES, media_root=tmp_path)
    assert sorted(answers) == [("raised", "SharingRefusedError")] * (PROCESSES - 1) + [("returned", "Dr Holm")]
    assert SharedPreview.objects.filter(work=story).count() == 1


def test_a_link_revoked_several_times_at_once_has_one_log_entry(tmp_path):
    link = make_link().link
    assert (
        run_concurrently(revoke, [(link.pk, link.made_by_id)] * PROCESSES, media_root=tmp_path)
        == [("returned", "revoked")] * PROCESSES
    )
    assert Event.objects.about(link.work.uid).filter(verb="preview revoked").count() == 1
