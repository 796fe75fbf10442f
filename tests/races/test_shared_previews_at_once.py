"""Several people open or try one link, or make and revoke links, at the same moment."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from newsroom.audit.models import Event
from newsroom.http import clock
from stories.models import SharedPreview
from stories.workflow import shared_previews
from tests.factories import make_story, make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()
    cache.clear()


def look(token):
    from django.test import Client

    return Client().get(f"/preview/{token}/").status_code


def attempt(link_pk, passcode):
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


def made(**chosen):
    ends_at = clock.now() + timedelta(days=2)
    return shared_previews.create_link(make_story(), by=make_user(), label="Dr Holm", ends_at=ends_at, **chosen)


def test_of_many_who_look_at_once_each_is_counted(tmp_path):
    one = made()
    assert at_once(look, [(one.token,)] * MANY, place=tmp_path) == [("returned", 200)] * MANY
    one.link.refresh_from_db()
    assert one.link.views == MANY


def test_many_wrong_passcodes_at_once_are_no_more_tries_than_one_after_the_other(tmp_path):
    link = made(passcode="slate harbour").link
    answers = at_once(attempt, [(link.pk, f"wrong {number}") for number in range(MANY)], place=tmp_path)
    assert sorted(answers) == [("returned", "too often")] * (MANY - 5) + [("returned", "wrong")] * 5


def test_a_form_that_is_sent_several_times_at_once_makes_one_link(tmp_path):
    story, person = make_story(), make_user()
    answers = at_once(share, [(story.pk, person.pk)] * MANY, place=tmp_path)
    assert sorted(answers) == [("raised", "SharingRefusedError")] * (MANY - 1) + [("returned", "Dr Holm")]
    assert SharedPreview.objects.filter(work=story).count() == 1


def test_a_link_that_is_revoked_several_times_at_once_is_revoked_once(tmp_path):
    link = made().link
    assert at_once(revoke, [(link.pk, link.made_by_id)] * MANY, place=tmp_path) == [("returned", "revoked")] * MANY
    assert Event.objects.about(link.work.uid).filter(verb="preview revoked").count() == 1
