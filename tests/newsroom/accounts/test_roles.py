"""The permissions of each role."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from newsroom.accounts import roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "granted", "denied"),
    [
        ("Writer", ("stories.change_story", "stories.import_work"), ("stories.publish_work", "stories.confirm_names")),
        ("Editor", ("stories.publish_work", "stories.confirm_names"), ("topics.change_topic", "accounts.add_user")),
        ("Curator", ("topics.change_topic", "stories.change_outlet"), ("stories.change_story", "stories.publish_work")),
        ("Administrator", ("accounts.add_user", "stories.publish_work", "topics.change_topic"), ()),
    ],
)
def test_a_role_has_its_permissions_and_lacks_those_of_others(role, granted, denied):
    person = make_user(role=role)
    assert all(person.has_perm(code) for code in granted)
    assert not any(person.has_perm(code) for code in denied)


def test_no_role_may_delete_stories_or_questions():
    for role in roles.ROLES:
        assert not make_user(role=role).has_perm("stories.delete_story")
        assert not make_user(role=role).has_perm("stories.delete_faq")


def test_setting_up_roles_removes_permissions_that_were_added_by_hand():
    writers = Group.objects.get(name="Writer")
    writers.permissions.add(*Group.objects.get(name="Editor").permissions.all())
    roles.set_up_roles()
    assert not make_user(role="Writer").has_perm("stories.publish_work")


def test_every_permission_that_a_template_asks_for_exists():
    # Content that requires a permission that does not exist is hidden from everybody, without an error.
    existing = {
        f"{app_label}.{codename}"
        for app_label, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    asked_for = {
        permission
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for permission in re.findall(r"\bperms\.(\w+\.\w+)", path.read_text(encoding="utf-8"))
    }
    assert asked_for
    assert asked_for <= existing
