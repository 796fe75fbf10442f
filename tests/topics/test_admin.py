"""The admin of topics and outlets: names, hosts, merging, and permissions."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.urls import reverse

from newsroom.audit.models import Event
from stories.drafts import citations
from tests.factories import (
    edition_of,
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)
from tests.outcomes import list_errors
from tests.stories.admin.form_data import filled
from topics.models import Topic


@pytest.fixture
def curator(client, db):
    user = make_user(role="Curator")
    client.force_login(user)
    return user


def list_messages(response):
    """Return the level and the text of each message."""
    return [(message.level, str(message)) for message in response.context["messages"]]


def test_a_picture_is_chosen_on_its_own_page_without_javascript(client, curator):
    old, new = make_image(title="The quay"), make_image(title="The harbour", alt="A harbour.")
    topic = make_topic(name="Kelmar", picture=old, picture_alt="A quay.")
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    form = filled(client.get(address))
    choose = client.post(address, form | {"description": "A barrier.", "_continue": "picture:shown_picture"})[
        "Location"
    ]
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(choose).query).items()}
    assert parameters["next"] == address
    described = filled(client.get(choose, parameters | {"picture": new.uid}))
    values = {name: value for name, value in described.items() if name != "csrfmiddlewaretoken"}
    form = filled(client.get(address, values))
    assert (form["shown_picture"], form["picture_alt"]) == ("The harbour", "A harbour.")
    client.post(address, form)
    topic.refresh_from_db()
    assert (topic.picture, topic.picture_alt, topic.description) == (new, "A harbour.", "A barrier.")


def test_a_picture_is_chosen_for_a_new_topic_without_javascript(client, curator):
    address = reverse("admin:topics_topic_add")
    form = filled(client.get(address)) | {"name": "Kelmar", "_continue": "picture:shown_picture"}
    choose = client.post(address, form)["Location"]
    change = reverse("admin:topics_topic_change", args=[Topic.objects.get().pk])
    assert parse_qs(urlsplit(choose).query)["next"] == [change]
    assert 'value="picture:shown_picture"' in client.get(change).content.decode()


def assert_names(text, *names):
    """Assert that the text quotes each of these names."""
    assert [name for name in names if f"“{name}”" not in text] == []


def test_a_new_topic_gets_a_slug_and_aliases(client, curator):
    add = reverse("admin:topics_topic_add")
    client.post(add, {"name": "Port Lisle", "kind": "place", "aliases": "Lisle; the Port; lisle"})
    topic = Topic.objects.with_name("LISLE").get()
    assert (topic.slug, topic.name) == ("port-lisle", "Port Lisle")
    assert [alias.name for alias in topic.aliases.all()] == ["Lisle", "the Port"]


@pytest.mark.parametrize(("name", "code"), [("", "required"), ("?!", "empty")])
def test_a_topic_without_a_name_has_one_problem(client, curator, name, code):
    refused = client.post(reverse("admin:topics_topic_add"), {"name": name, "kind": "place"}).context["adminform"].form
    assert list_errors(refused) == [("name", code)]


def test_hosts_are_normalized_and_belong_to_one_outlet_only(client, curator):
    other = make_outlet(name="Lisle Courier", home_page="https://www.courier.example/", further_hosts="courier.test")
    outlet = make_outlet(name="Norrhavn Post")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    form = filled(client.get(address))
    for field, value, code, names in (
        ("further_hosts", "WWW.Courier.test", "taken", ["courier.test", "Lisle Courier"]),
        ("further_hosts", "post.test https://courier.example/a", "taken", ["courier.example", "Lisle Courier"]),
        ("home_page", "https://courier.test/", "taken", ["courier.test", "Lisle Courier"]),
        ("further_hosts", "the harbour", "no_host", ["the"]),
    ):
        refused = client.post(address, form | {field: value}).context["adminform"].form
        assert list_errors(refused) == [(field, code)]
        assert_names(refused.errors[field][0], *names)
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


@pytest.mark.parametrize(("make", "view"), [(make_topic, "topics_topic"), (make_outlet, "stories_outlet")])
def test_a_name_of_another_entity_is_refused_with_a_reason(client, curator, make, view):
    make(name="Port Lisle", aliases=("Lisle",))
    other = make(name="Norrhavn")
    address = reverse(f"admin:{view}_change", args=[other.pk])
    form = filled(client.get(address))
    for field, name in (("aliases", "lisle"), ("name", "LISLE")):
        refused = client.post(address, form | {field: name}).context["adminform"].form
        assert list_errors(refused) == [(field, "taken")]
        assert_names(refused.errors[field][0], name, "Port Lisle")
        assert str(other._meta.verbose_name) in refused.errors[field][0]


def test_aliases_can_be_removed(client, curator):
    topic = make_topic(name="Port Lisle", aliases=("Lisle", "the Port"))
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    client.post(address, filled(client.get(address)) | {"aliases": "the Port"})
    assert [alias.name for alias in topic.aliases.all()] == ["the Port"]


def test_the_form_lists_the_works_that_name_a_topic(client, curator):
    topic = make_topic()
    make_story(headline="A story of the ferry", topics=(topic,))
    assert "A story of the ferry" in client.get(reverse("admin:topics_topic_change", args=[topic.pk])).rendered_content


@pytest.mark.parametrize(("make", "app"), [(make_topic, "topics_topic"), (make_outlet, "stories_outlet")])
def test_merging_shows_a_preview_first_and_removes_the_entity_from_the_list(client, curator, make, app):
    entity, into = make(name="Lisle", aliases=("The port",), description="A port."), make(name="Port Lisle")
    address = reverse(f"admin:{app}_merge", args=[entity.pk])
    page = client.get(address, {"into": "port lisle"})
    plan = page.context["merge_plan"]
    assert (plan.names, plan.taken_over) == (["Lisle", "The port"], [])
    assert plan.not_taken_over == [entity._meta.get_field("description").verbose_name]
    assert 'class="merge-plan"' in page.rendered_content
    assert "“Lisle”, “The port”" in page.rendered_content
    entity.refresh_from_db()
    assert entity.merged_into is None
    client.post(address, filled(page))
    entity.refresh_from_db()
    assert entity.merged_into == into
    changelist = client.get(reverse(f"admin:{app}_changelist"))
    assert list(changelist.context["cl"].result_list) == [into]


def test_the_preview_is_shown_again_if_one_entity_has_changed(client, curator):
    outlet, into = make_outlet(name="Lisle Courier"), make_outlet(name="The Lisle Courier")
    address = reverse("admin:stories_outlet_merge", args=[outlet.pk])
    form = filled(client.get(address, {"into": into.name}))
    into.owner = "A family of Port Lisle"
    into.save()
    page = client.post(address, form)
    assert [error.code for error in page.context["form"].errors.as_data()["into"]] == ["changed"]
    assert 'class="merge-plan"' in page.rendered_content
    outlet.refresh_from_db()
    assert outlet.merged_into is None


def test_the_preview_lists_the_uses_of_an_outlet(client, curator, editor):
    outlet, into = make_outlet(name="Lisle Courier"), make_outlet(name="The Lisle Courier")
    article = make_article(outlet=outlet, title="The gates are shut")
    story = make_published_story(by=editor, outlets=(outlet, make_outlet()), articles=(article,))
    question = make_question(question="Who shut the gates?")
    citations.cite_article(question, article)
    page = client.get(reverse("admin:stories_outlet_merge", args=[outlet.pk]), {"into": into.name})
    labels = [label for mentions in page.context["mention_lists"] for label, _ in mentions.entries]
    for named in (story.headline, str(edition_of(story)), "Who shut the gates?", "The gates are shut"):
        assert named in labels
        assert f">{named}<" in page.rendered_content
    assert page.context["merge_plan"].addresses == [outlet.slug]
    assert f"<code>/sources/{outlet.slug}/</code>" in page.rendered_content


@pytest.mark.parametrize(("into", "code"), [("Nix", "unknown"), ("Lisle", "same")])
def test_a_topic_cannot_be_merged_into_itself_or_an_unknown_topic(client, curator, into, code):
    topic = make_topic(name="Lisle")
    address = reverse("admin:topics_topic_merge", args=[topic.pk])
    for page in (client.get(address, {"into": into}), client.post(address, {"into": into, "seen": "0"})):
        (error,) = page.context["form"].errors.as_data()["into"]
        assert error.code == code
        assert error.message in page.rendered_content
        assert 'class="merge-plan"' not in page.rendered_content


def test_a_topic_in_use_cannot_be_deleted(client, curator):
    topic = make_topic()
    make_story(headline="A story of the ferry", topics=(topic,))
    page = client.post(reverse("admin:topics_topic_delete", args=[topic.pk]), {"post": "yes"})
    assert page.status_code == 200
    topic.refresh_from_db()


def test_an_editor_can_view_but_not_change_a_topic(client, editor_client):
    topic = make_topic(name="Port Lisle")
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    assert "Port Lisle" in editor_client.get(address).rendered_content
    assert editor_client.post(address, {"name": "Mine"}).status_code == 403


@pytest.fixture
def editor_client(client, db):
    client.force_login(make_user(role="Editor"))
    return client


def test_titles_of_works_that_the_user_may_not_see_are_hidden(client, db):
    topic, outlet = make_topic(), make_outlet()
    article = make_article(outlet=outlet)
    make_story(headline="The Qxsecret ferry", topics=(topic,), outlets=(outlet,), articles=(article,))
    user = make_user()
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_topic", "view_outlet", "view_article"]))
    client.force_login(user)
    for instance in (topic, outlet, article):
        meta = instance._meta
        response = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[instance.pk]))
        assert response.status_code == 200
        assert "Qxsecret" not in response.content.decode()


@pytest.mark.parametrize(("make", "app"), [(make_topic, "topics_topic"), (make_outlet, "stories_outlet")])
def test_a_replaced_name_becomes_an_alias(client, curator, make, app):
    entity = make(name="Radio Tessen", aliases=("Tessen",))
    address = reverse(f"admin:{app}_change", args=[entity.pk])
    response = client.post(address, filled(client.get(address)) | {"name": "Tessen Radio"}, follow=True)
    (text,) = [text for level, text in list_messages(response) if level == messages.INFO]
    assert_names(text, "Radio Tessen")
    entities = type(entity).objects
    assert [entities.with_name(name).get() for name in ("radio tessen", "Tessen", "Tessen Radio")] == [entity] * 3


def test_a_name_that_is_restored_is_no_longer_an_alias(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    for name in ("Tessen Radio", "Radio Tessen", "radio tessen"):
        client.post(address, filled(client.get(address)) | {"name": name})
    outlet.refresh_from_db()
    assert (outlet.name, [alias.name for alias in outlet.aliases.all()]) == ("radio tessen", ["Tessen Radio"])


def test_a_replaced_name_of_another_entity_does_not_become_an_alias(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    other = make_outlet(name="Tessen News", aliases=("Radio Tessen",))
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    response = client.post(address, filled(client.get(address)) | {"name": "Tessen Radio"}, follow=True)
    (text,) = [text for level, text in list_messages(response) if level == messages.WARNING]
    assert_names(text, "Radio Tessen", "Tessen News")
    assert type(outlet).objects.with_name("Radio Tessen").get() == other


def test_a_replaced_name_is_findable_only_if_the_topic_was_public(client, curator):
    public, hidden = make_topic(name="Port Lisle"), make_topic(name="The secret harbour")
    make_published_story(topics=(public,))
    for topic, name in ((public, "Lisle"), (hidden, "The open harbour")):
        address = reverse("admin:topics_topic_change", args=[topic.pk])
        client.post(address, filled(client.get(address)) | {"name": name})
    assert public.aliases.get().is_findable
    assert not hidden.aliases.get().is_findable


def test_undoing_a_new_name_removes_the_alias(client, curator):
    outlet = make_outlet(name="Radio Tessen")
    address = reverse("admin:stories_outlet_change", args=[outlet.pk])
    client.post(address, filled(client.get(address)) | {"name": "Morrow Daily"})
    event = Event.objects.about(outlet.uid).first()
    client.post(reverse("admin:stories_outlet_undo", args=[outlet.pk, event.pk]))
    outlet.refresh_from_db()
    assert (outlet.name, list(outlet.aliases.all())) == ("Radio Tessen", [])
