"""Every change to a shared object is written to the audit log, with the values before and after."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from newsroom.accounts.models import Contributor
from newsroom.audit.models import Event
from newsroom.audit.track_changes import uid_of
from newsroom.media.models import Image
from newsroom.site.models import AboutPage
from stories.models import Article
from stories.workflow import proposed_names
from tests.conftest import confirm
from tests.factories import (
    PASSWORD,
    make_article,
    make_image,
    make_outlet,
    make_story,
    make_topic,
    make_user,
)
from tests.stories.admin.form_data import filled
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in_admin(client):
    user = make_user(role="Administrator", username="chief")
    client.force_login(user)
    confirm(client, user)
    return user


def submit_change(client, obj, **fields) -> None:
    meta = obj._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
    response = client.post(address, filled(client.get(address)) | fields)
    assert response.status_code == 302, response.context["problems"]


def list_events(obj):
    return [(event.verb, event.by_name, event.before, event.after) for event in Event.objects.about(uid_of(obj))]


def test_a_change_to_a_topic_is_logged_with_values_before_and_after(client, signed_in_admin):
    topic = make_topic(name="Lisle", aliases=("The Port",))
    submit_change(client, topic, name="Port Lisle", aliases="The Port; Lisle Harbour", slug="port-lisle")
    (verb, by_name, before, after) = list_events(topic)[0]
    assert (verb, by_name) == ("changed", "chief")
    assert before == {"name": "Lisle", "slug": topic.slug, "aliases": ["The Port"], "hidden_aliases": []}
    aliases = ["Lisle", "Lisle Harbour", "The Port"]
    assert after == {"name": "Port Lisle", "slug": "port-lisle", "aliases": aliases, "hidden_aliases": ["Lisle"]}


def test_the_picture_of_a_topic_is_logged_by_key_and_name(client, signed_in_admin):
    topic, image = make_topic(), make_image(title="The pier")
    submit_change(client, topic, shown_picture=f"The pier (#{image.pk})")
    assert list_events(topic)[0][2:] == ({"picture": None}, {"picture": {"key": image.pk, "name": "The pier"}})


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (make_outlet, {"country": "Vessara", "retired": "on"}),
        (make_article, {"title": "What the second survey said"}),
        (make_image, {"alt": "A pier", "credit": "Ida Sund"}),
        (lambda: Contributor.objects.create(name="Ida Sund"), {"name": "Ida Sund-Berg"}),
        (lambda: AboutPage.objects.create(slug="how", title="How we work", text="We read."), {"text": "We compare."}),
    ],
)
def test_a_change_to_a_shared_object_is_logged(client, signed_in_admin, make, fields):
    obj = make()
    submit_change(client, obj, **fields)
    ((verb, by_name, before, after),) = list_events(obj)
    assert (verb, by_name) == ("changed", "chief")
    assert set(before) == set(after) == set(fields)


def test_a_save_without_changes_is_not_logged(client, signed_in_admin):
    topic = make_topic()
    submit_change(client, topic)
    assert list_events(topic) == []


def test_new_roles_are_logged_and_passwords_are_not(client, signed_in_admin):
    account = make_user(role="Writer", username="somebody")
    submit_change(client, account, groups=str(Group.objects.get(name="Editor").pk), email="new@lisle.example")
    assert list_events(account)[0][2:] == (
        {"email": account.email, "groups": ["Writer"]},
        {"email": "new@lisle.example", "groups": ["Editor"]},
    )
    client.post(
        reverse("admin:auth_user_password_change", args=[account.pk]),
        {"usable_password": "true", "password1": PASSWORD + "1", "password2": PASSWORD + "1"},
    )
    assert list_events(account)[0] == ("password set", "chief", {}, {})


def test_a_rejected_password_is_not_logged(client, signed_in_admin):
    account = make_user(role="Writer")
    client.post(reverse("admin:auth_user_password_change", args=[account.pk]), {"password1": "a", "password2": "b"})
    assert list_events(account) == []


def test_additions_and_deletions_are_logged(client, signed_in_admin):
    client.post(reverse("admin:topics_topic_add"), {"name": "Port Lisle", "kind": "place", "aliases": ""})
    topic = Topic.objects.get()
    assert [event[0] for event in list_events(topic)] == ["added"]
    client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    (verb, _, before, _) = list_events(topic)[0]
    assert (verb, before["name"], before["slug"]) == ("deleted", "Port Lisle", "port-lisle")


@pytest.mark.parametrize(("make", "model"), [(make_topic, Topic), (make_image, Image)])
def test_each_object_of_a_bulk_deletion_is_logged(client, signed_in_admin, make, model):
    objects = [make(), make()]
    meta = model._meta
    client.post(
        reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        {"action": "delete_selected", "post": "yes", "_selected_action": [obj.pk for obj in objects]},
    )
    assert not model.objects.exists()
    assert [[event[0] for event in list_events(obj)] for obj in objects] == [["deleted"], ["deleted"]]


def test_a_change_to_an_article_on_a_story_form_is_logged(client, signed_in_admin):
    article = make_article(title="The first survey")
    story = make_story(articles=(article,))
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address))
    (field,) = [name for name, value in form.items() if value == "The first survey"]
    client.post(address, form | {field: "The second survey"})
    assert list_events(article) == [("changed", "chief", {"title": "The first survey"}, {"title": "The second survey"})]


def test_an_article_that_gets_a_confirmed_outlet_is_logged(signed_in_admin):
    article = make_article(title="A count")
    Article.objects.filter(pk=article.pk).update(outlet=None, proposed_outlet="Radio Tessen")
    outlet = proposed_names.confirm_outlet("Radio Tessen", by=signed_in_admin)
    assert list_events(article) == [
        (
            "changed",
            "chief",
            {"outlet": None, "proposed_outlet": "Radio Tessen"},
            {"outlet": {"key": outlet.pk, "name": "Radio Tessen"}, "proposed_outlet": ""},
        )
    ]
    assert [event[0] for event in list_events(outlet)] == ["confirmed"]


def test_a_rejected_name_is_logged_for_the_works_that_had_it(signed_in_admin):
    story = make_story()
    story.work_topics.create(proposed_name="Made up")
    proposed_names.reject_topic("Made up", by=signed_in_admin)
    (verb, by_name, _, after) = list_events(story)[0]
    assert (verb, by_name, after) == ("name refused", "chief", {"what": "topic", "name": "Made up"})


def test_merging_two_topics_is_logged_for_both(signed_in_admin):
    merged, remaining = make_topic(name="Lisle", aliases=("The Port",)), make_topic(name="Port Lisle")
    merge_topics(merged, remaining, by=signed_in_admin)
    (verb, _, before, after) = list_events(merged)[0]
    assert (verb, before["name"], before["aliases"], after["to"]) == ("merged", "Lisle", ["The Port"], "Port Lisle")
    assert list_events(remaining)[0][0] == "took in"


def test_the_log_of_django_stays_empty(client, signed_in_admin):
    from django.contrib.admin.models import LogEntry

    topic = make_topic()
    submit_change(client, topic, name="Another name")
    client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert not LogEntry.objects.exists()
