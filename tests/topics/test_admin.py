"""Topics and outlets at the desk."""

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.urls import reverse

from newsroom.audit.models import Event
from stories.drafts import citations
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
from topics.models import Topic


@pytest.fixture
def curator(client, db):
    user = make_user(role="Curator")
    client.force_login(user)
    return user


def test_a_new_topic_gets_its_address_from_its_name_and_is_known_by_every_other_name(client, curator):
    add = reverse("admin:topics_topic_add")
    client.post(add, {"name": "Port Lisle", "kind": "place", "aliases": "Lisle; the Port; lisle"})
    topic = Topic.objects.called("LISLE").get()
    assert (topic.slug, topic.name) == ("port-lisle", "Port Lisle")
    assert [alias.name for alias in topic.aliases.all()] == ["Lisle", "the Port"]


def test_hosts_of_an_outlet_are_kept_in_one_spelling_and_lead_to_one_outlet_only(client, curator):
    other = make_outlet(name="Lisle Courier", home_page="https://www.courier.example/", further_hosts="courier.test")
    outlet = make_outlet(name="Norrhavn Post")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    form = filled(client.get(address))
    for written, reason in {
        "WWW.Courier.test": "“courier.test” already leads to the outlet “Lisle Courier”.",
        "post.test https://courier.example/a": "“courier.example” already leads to the outlet “Lisle Courier”.",
        "the harbour": "“the” is not a host name. Write it like news.example.",
    }.items():
        refused = client.post(address, form | {"further_hosts": written})
        assert reason in refused.rendered_content
    refused = client.post(address, form | {"home_page": "https://courier.test/"})
    assert "“courier.test” already leads to the outlet “Lisle Courier”." in refused.rendered_content
    client.post(address, form | {"further_hosts": "https://WWW.Post.test/news\r\npost.example\r\npost.test."})
    outlet.refresh_from_db()
    assert outlet.further_hosts == "post.example\npost.test"
    assert Event.objects.about(outlet.uid).first().after == {"further_hosts": "post.example\npost.test"}
    other.further_hosts = "post.test"
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    outlet.further_hosts = "post.test"
    outlet.save()
    assert [row.host for row in outlet.hosts.all()] == ["post.test"]


@pytest.mark.parametrize(
    ("make", "view", "what"), [(make_topic, "topics_topic", "topic"), (make_outlet, "stories_outlet", "outlet")]
)
def test_a_name_that_leads_elsewhere_is_refused_in_words(client, curator, make, view, what):
    make(name="Port Lisle", aliases=("Lisle",))
    other = make(name="Norrhavn")
    address = reverse(f"admin:{view}_change", args=[other.pk])
    form = filled(client.get(address))
    refused = client.post(address, form | {"aliases": "lisle"})
    assert f"“lisle” already leads to the {what} “Port Lisle”." in refused.rendered_content
    refused = client.post(address, form | {"name": "LISLE"})
    assert f"is already the {what} “Port Lisle”" in refused.rendered_content


def test_further_names_are_taken_away_again(client, curator):
    topic = make_topic(name="Port Lisle", aliases=("Lisle", "the Port"))
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    client.post(address, filled(client.get(address)) | {"aliases": "the Port"})
    assert [alias.name for alias in topic.aliases.all()] == ["the Port"]


def test_the_form_says_where_a_topic_is_used(client, curator):
    topic = make_topic()
    make_story(headline="A story of the ferry", topics=(topic,))
    assert "A story of the ferry" in client.get(reverse("admin:topics_topic_change", args=[topic.pk])).rendered_content


@pytest.mark.parametrize(("make", "app"), [(make_topic, "topics_topic"), (make_outlet, "stories_outlet")])
def test_one_is_joined_to_another_once_it_was_seen_what_moves_and_leaves_the_list(client, curator, make, app):
    thing, into = make(name="Lisle", aliases=("The port",), description="A port."), make(name="Port Lisle")
    address = reverse(f"admin:{app}_merge", args=[thing.pk])
    page = client.get(address, {"into": "port lisle"})
    assert "“Lisle”, “The port”." in page.rendered_content
    assert "Description: what “Port Lisle” says stays." in page.rendered_content
    thing.refresh_from_db()
    assert thing.merged_into is None
    client.post(address, filled(page))
    thing.refresh_from_db()
    assert thing.merged_into == into
    shown = client.get(reverse(f"admin:{app}_changelist"))
    assert list(shown.context["cl"].result_list) == [into]


def test_what_moves_is_shown_again_where_one_of_the_two_was_changed_meanwhile(client, curator):
    outlet, into = make_outlet(name="Lisle Courier"), make_outlet(name="The Lisle Courier")
    address = reverse("admin:stories_outlet_merge", args=[outlet.pk])
    form = filled(client.get(address, {"into": into.name}))
    into.owner = "A family of Port Lisle"
    into.save()
    page = client.post(address, form)
    assert "was changed while you were looking" in page.rendered_content
    outlet.refresh_from_db()
    assert outlet.merged_into is None


def test_the_preview_names_what_uses_an_outlet(client, curator, editor):
    outlet, into = make_outlet(name="Lisle Courier"), make_outlet(name="The Lisle Courier")
    article = make_article(outlet=outlet, title="The gates are shut")
    story = make_published_story(by=editor, outlets=(outlet, make_outlet()), articles=(article,))
    question = make_question(question="Who shut the gates?")
    citations.cite_article(question, article)
    page = client.get(reverse("admin:stories_outlet_merge", args=[outlet.pk]), {"into": into.name}).rendered_content
    for word in (story.headline, f"{story.headline}, edition 1", "Who shut the gates?", "The gates are shut"):
        assert word in page
    assert f"<code>/sources/{outlet.slug}/</code> leads to" in page


@pytest.mark.parametrize(
    ("into", "reason"), [("Nix", "There is no topic of this name."), ("Lisle", "cannot be joined to itself")]
)
def test_a_topic_is_joined_to_nothing_that_makes_no_sense(client, curator, into, reason):
    topic = make_topic(name="Lisle")
    address = reverse("admin:topics_topic_merge", args=[topic.pk])
    assert reason in client.get(address, {"into": into}).rendered_content
    assert reason in client.post(address, {"into": into, "seen": "0"}).rendered_content


def test_a_topic_in_use_is_not_deleted_and_the_page_says_what_uses_it(client, curator):
    topic = make_topic()
    make_story(headline="A story of the ferry", topics=(topic,))
    page = client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert page.status_code == 200
    topic.refresh_from_db()


def test_an_editor_reads_a_topic_and_does_not_change_it(client, editor_client):
    topic = make_topic(name="Port Lisle")
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    assert "Port Lisle" in editor_client.get(address).rendered_content
    assert editor_client.post(address, {"name": "Mine"}).status_code == 403


@pytest.fixture
def editor_client(client, db):
    client.force_login(make_user(role="Editor"))
    return client


def test_no_title_is_said_of_a_work_that_somebody_may_not_see(client, db):
    topic, outlet = make_topic(), make_outlet()
    article = make_article(outlet=outlet)
    make_story(headline="The Qxsecret ferry", topics=(topic,), outlets=(outlet,), articles=(article,))
    user = make_user()
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_topic", "view_outlet", "view_article"]))
    client.force_login(user)
    for thing in (topic, outlet, article):
        meta = thing._meta
        response = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk]))
        assert response.status_code == 200
        assert "Qxsecret" not in response.content.decode()


@pytest.mark.parametrize(("make", "app"), [(make_topic, "topics_topic"), (make_outlet, "stories_outlet")])
def test_a_replaced_name_leads_to_the_same_thing(client, curator, make, app):
    thing = make(name="Radio Tessen", aliases=("Tessen",))
    address = reverse(f"admin:{app}_change", args=[thing.pk])
    answer = client.post(address, filled(client.get(address)) | {"name": "Tessen Radio"}, follow=True)
    assert "“Radio Tessen” is kept as another name." in [str(message) for message in answer.context["messages"]]
    things = type(thing).objects
    assert [things.called(name).get() for name in ("radio tessen", "Tessen", "Tessen Radio")] == [thing] * 3


def test_a_name_that_is_given_back_is_no_other_name_any_more(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    for name in ("Tessen Radio", "Radio Tessen", "radio tessen"):
        client.post(address, filled(client.get(address)) | {"name": name})
    outlet.refresh_from_db()
    assert (outlet.name, [alias.name for alias in outlet.aliases.all()]) == ("radio tessen", ["Tessen Radio"])


def test_a_replaced_name_that_leads_to_something_else_stays_there(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    other = make_outlet(name="Tessen News", aliases=("Radio Tessen",))
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    answer = client.post(address, filled(client.get(address)) | {"name": "Tessen Radio"}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert "“Radio Tessen” is not kept as another name: it leads to “Tessen News”." in told
    assert type(outlet).objects.called("Radio Tessen").get() == other


def test_readers_find_a_topic_by_a_replaced_name_only_if_they_have_seen_it(client, curator):
    seen, unseen = make_topic(name="Port Lisle"), make_topic(name="The secret harbour")
    make_published_story(topics=(seen,))
    for topic, name in ((seen, "Lisle"), (unseen, "The open harbour")):
        address = reverse("admin:topics_topic_change", args=[topic.pk])
        client.post(address, filled(client.get(address)) | {"name": name})
    assert seen.aliases.get().is_findable
    assert not unseen.aliases.get().is_findable


def test_a_replacement_that_is_put_back_leaves_no_name_behind(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    client.post(address, filled(client.get(address)) | {"name": "Morrow Daily"})
    event = Event.objects.about(outlet.uid).first()
    client.post(reverse("admin:stories_outlet_undo", args=[outlet.pk, event.pk]))
    outlet.refresh_from_db()
    assert (outlet.name, list(outlet.aliases.all())) == ("Radio Tessen", [])
