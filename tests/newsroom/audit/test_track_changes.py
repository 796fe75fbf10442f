"""Every way in which something that works share is changed stands in the record, with before and after."""

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
from tests.stories.admin.filling import filled
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    user = make_user(role="Administrator", username="chief")
    client.force_login(user)
    confirm(client, user)
    return user


def change(client, thing, **fields) -> None:
    meta = thing._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])
    response = client.post(address, filled(client.get(address)) | fields)
    assert response.status_code == 302, response.context["problems"]


def events_of(thing):
    return [(event.verb, event.by_name, event.before, event.after) for event in Event.objects.about(uid_of(thing))]


def test_a_change_of_a_topic_is_kept_with_before_and_after(client, chief):
    topic = make_topic(name="Lisle", aliases=("The Port",))
    change(client, topic, name="Port Lisle", aliases="The Port; Lisle Harbour", slug="port-lisle")
    (verb, who, before, after) = events_of(topic)[0]
    assert (verb, who) == ("changed", "chief")
    assert before == {"name": "Lisle", "slug": topic.slug, "aliases": ["The Port"], "hidden_aliases": []}
    aliases = ["Lisle", "Lisle Harbour", "The Port"]
    assert after == {"name": "Port Lisle", "slug": "port-lisle", "aliases": aliases, "hidden_aliases": ["Lisle"]}


def test_a_picture_of_a_topic_is_kept_by_its_key_and_name(client, chief):
    topic, image = make_topic(), make_image(title="The pier")
    change(client, topic, shown_picture=f"The pier (#{image.pk})")
    assert events_of(topic)[0][2:] == ({"picture": None}, {"picture": {"key": image.pk, "name": "The pier"}})


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
def test_a_change_of_whatever_is_shared_is_kept(client, chief, make, fields):
    thing = make()
    change(client, thing, **fields)
    ((verb, who, before, after),) = events_of(thing)
    assert (verb, who) == ("changed", "chief")
    assert set(before) == set(after) == set(fields)


def test_a_save_that_changes_nothing_leaves_no_trace(client, chief):
    topic = make_topic()
    change(client, topic)
    assert events_of(topic) == []


def test_new_roles_of_an_account_are_kept_and_its_password_never(client, chief):
    account = make_user(role="Writer", username="somebody")
    change(client, account, groups=str(Group.objects.get(name="Editor").pk), email="new@lisle.example")
    assert events_of(account)[0][2:] == (
        {"email": account.email, "groups": ["Writer"]},
        {"email": "new@lisle.example", "groups": ["Editor"]},
    )
    client.post(
        reverse("admin:auth_user_password_change", args=[account.pk]),
        {"usable_password": "true", "password1": PASSWORD + "1", "password2": PASSWORD + "1"},
    )
    assert events_of(account)[0] == ("password set", "chief", {}, {})


def test_a_password_that_was_refused_was_not_set(client, chief):
    account = make_user(role="Writer")
    client.post(reverse("admin:auth_user_password_change", args=[account.pk]), {"password1": "a", "password2": "b"})
    assert events_of(account) == []


def test_what_is_added_and_deleted_stands_there(client, chief):
    client.post(reverse("admin:topics_topic_add"), {"name": "Port Lisle", "kind": "place", "aliases": ""})
    topic = Topic.objects.get()
    assert [event[0] for event in events_of(topic)] == ["added"]
    client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    (verb, _, before, _) = events_of(topic)[0]
    assert (verb, before["name"], before["slug"]) == ("deleted", "Port Lisle", "port-lisle")


@pytest.mark.parametrize(("make", "model"), [(make_topic, Topic), (make_image, Image)])
def test_each_of_many_that_are_deleted_at_once_stands_there(client, chief, make, model):
    things = [make(), make()]
    meta = model._meta
    client.post(
        reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        {"action": "delete_selected", "post": "yes", "_selected_action": [thing.pk for thing in things]},
    )
    assert not model.objects.exists()
    assert [[event[0] for event in events_of(thing)] for thing in things] == [["deleted"], ["deleted"]]


def test_an_article_that_is_changed_on_a_story_s_form_is_kept(client, chief):
    article = make_article(title="The first survey")
    story = make_story(articles=(article,))
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address))
    (field,) = [name for name, value in form.items() if value == "The first survey"]
    client.post(address, form | {field: "The second survey"})
    assert events_of(article) == [("changed", "chief", {"title": "The first survey"}, {"title": "The second survey"})]


def test_an_article_that_gets_its_outlet_by_a_decision_is_kept(chief):
    article = make_article(title="A count")
    Article.objects.filter(pk=article.pk).update(outlet=None, proposed_outlet="Radio Tessen")
    outlet = proposed_names.confirm_outlet("Radio Tessen", by=chief)
    assert events_of(article) == [
        (
            "changed",
            "chief",
            {"outlet": None, "proposed_outlet": "Radio Tessen"},
            {"outlet": {"key": outlet.pk, "name": "Radio Tessen"}, "proposed_outlet": ""},
        )
    ]
    assert [event[0] for event in events_of(outlet)] == ["confirmed"]


def test_a_refused_name_stands_with_the_works_that_lost_it(chief):
    story = make_story()
    story.work_topics.create(proposed_name="Made up")
    proposed_names.reject_topic("Made up", by=chief)
    (verb, who, _, after) = events_of(story)[0]
    assert (verb, who, after) == ("name refused", "chief", {"what": "topic", "name": "Made up"})


def test_joining_two_topics_stands_with_both(chief):
    gone, kept = make_topic(name="Lisle", aliases=("The Port",)), make_topic(name="Port Lisle")
    merge_topics(gone, kept, by=chief)
    (verb, _, before, after) = events_of(gone)[0]
    assert (verb, before["name"], before["aliases"], after["to"]) == ("merged", "Lisle", ["The Port"], "Port Lisle")
    assert events_of(kept)[0][0] == "took in"


def test_the_stock_log_stays_empty(client, chief):
    from django.contrib.admin.models import LogEntry

    topic = make_topic()
    change(client, topic, name="Another name")
    client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert not LogEntry.objects.exists()
