"""What each role may do."""

import pytest
from django.contrib.auth.models import Group

from newsroom.accounts import roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("Writer", ("stories.change_story", "stories.import_work"), ("stories.publish_work", "stories.confirm_names")),
        ("Editor", ("stories.publish_work", "stories.confirm_names"), ("topics.change_topic", "accounts.add_user")),
        ("Curator", ("topics.change_topic", "stories.change_outlet"), ("stories.change_story", "stories.publish_work")),
        ("Administrator", ("accounts.add_user", "stories.publish_work", "topics.change_topic"), ()),
    ],
)
def test_a_role_may_what_the_contract_says_and_no_more(role, may, may_not):
    person = make_user(role=role)
    assert all(person.has_perm(code) for code in may)
    assert not any(person.has_perm(code) for code in may_not)


def test_nobody_may_delete_a_story_or_a_question():
    for role in roles.ROLES:
        assert not make_user(role=role).has_perm("stories.delete_story")
        assert not make_user(role=role).has_perm("stories.delete_faq")


def test_setting_up_again_takes_back_what_was_added_by_hand():
    writers = Group.objects.get(name="Writer")
    writers.permissions.add(*Group.objects.get(name="Editor").permissions.all())
    roles.set_up_roles()
    assert not make_user(role="Writer").has_perm("stories.publish_work")
