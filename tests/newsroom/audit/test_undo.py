"""Undoing a change from the audit log, unless the same field has been changed since."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.undo import UndoRefusedError, can_be_undone, undo
from tests.factories import make_article, make_image, make_outlet, make_topic, make_user
from tests.outcomes import join_messages, list_levels

pytestmark = pytest.mark.django_db


def make_change(obj, *, by, aliases=None, **fields) -> Event:
    before = track_changes.stored_state(obj)
    for name, value in fields.items():
        setattr(obj, name, value)
    obj.save()
    if aliases is not None:
        obj.set_aliases(aliases)
    event = track_changes.record_changed(obj, before, by=by)
    assert event
    return event


def test_undoing_restores_the_values_of_a_topic(curator):
    image = make_image()
    topic = make_topic(name="Lisle", aliases=("The Port",), picture=image)
    event = make_change(topic, by=curator, name="Port Lisle", picture=None, aliases=["Lisle Harbour"])
    undo(event, by=curator)
    topic.refresh_from_db()
    assert (topic.name, topic.folded_name, topic.picture) == ("Lisle", "lisle", image)
    assert [alias.name for alias in topic.aliases.all()] == ["The Port"]


def test_a_hidden_alias_is_restored_as_hidden(curator):
    topic = make_topic(aliases=("The Port", "The Harbour"))
    topic.aliases.filter(name="The Port").update(is_findable=False)
    undo(make_change(topic, by=curator, aliases=[]), by=curator)
    assert {alias.name: alias.is_findable for alias in topic.aliases.all()} == {"The Port": False, "The Harbour": True}
    topic.set_aliases(["The Port", "The Quay"])
    assert {alias.name: alias.is_findable for alias in topic.aliases.all()} == {"The Port": False, "The Quay": True}


def test_undoing_is_logged_and_can_be_undone(curator):
    outlet = make_outlet(country="Vessara")
    undo(make_change(outlet, by=curator, country="Corvane"), by=curator)
    newest = Event.objects.about(outlet.uid)[0]
    assert (newest.verb, newest.before, newest.after) == ("put back", {"country": "Corvane"}, {"country": "Vessara"})
    undo(newest, by=curator)
    outlet.refresh_from_db()
    assert outlet.country == "Corvane"


def test_undoing_restores_the_outlet_and_the_date_of_an_article(editor):
    article = make_article()
    outlet, day = article.outlet, article.published_on
    event = make_change(article, by=editor, outlet=make_outlet(), published_on=None)
    undo(event, by=editor)
    article.refresh_from_db()
    assert (article.outlet, article.published_on) == (outlet, day)


def test_undoing_is_refused_if_a_field_has_been_changed_again(curator):
    outlet = make_outlet(country="Vessara", owner="The Sund family")
    event = make_change(outlet, by=curator, country="Corvane", owner="A trust")
    make_change(outlet, by=make_user(role="Curator", username="jonas"), country="Norrhavn")
    with pytest.raises(UndoRefusedError, match=r"“country” has changed again\. jonas changed “country”\."):
        undo(event, by=curator)
    outlet.refresh_from_db()
    assert (outlet.country, outlet.owner) == ("Norrhavn", "A trust")


def test_undoing_leaves_other_fields_unchanged(curator):
    outlet = make_outlet(country="Vessara")
    event = make_change(outlet, by=curator, country="Corvane")
    make_change(outlet, by=curator, owner="A trust")
    undo(event, by=curator)
    outlet.refresh_from_db()
    assert (outlet.country, outlet.owner) == ("Vessara", "A trust")


def test_renaming_a_picture_does_not_prevent_undoing(curator):
    image = make_image(title="The pier")
    topic = make_topic()
    event = make_change(topic, by=curator, picture=image)
    type(image).objects.update(title="The north pier")
    undo(event, by=curator)
    topic.refresh_from_db()
    assert topic.picture is None


def test_undoing_is_refused_if_the_name_now_belongs_to_another_topic(curator):
    topic = make_topic(name="Lisle")
    event = make_change(topic, by=curator, name="Port Lisle")
    make_topic(name="Lisle")
    with pytest.raises(UndoRefusedError, match="“Lisle” is already a name of the topic “Lisle”"):
        undo(event, by=curator)


def test_undoing_is_refused_if_an_alias_now_belongs_to_another_topic(curator):
    topic = make_topic(aliases=("The Port",))
    event = make_change(topic, by=curator, aliases=[])
    make_topic(name="Norrhavn", aliases=("The Port",))
    with pytest.raises(UndoRefusedError, match="“The Port” is now a name of “Norrhavn”"):
        undo(event, by=curator)


def test_a_change_to_a_deleted_object_cannot_be_undone(curator):
    topic = make_topic()
    event = make_change(topic, by=curator, name="Port Lisle")
    topic.delete()
    with pytest.raises(UndoRefusedError, match="has been deleted"):
        undo(event, by=curator)


def test_only_a_change_can_be_undone(curator):
    topic = make_topic()
    event = Event.objects.write("topic", topic.uid, "merged", by=curator, before={"name": "a"}, after={"name": "b"})
    assert not can_be_undone(event)
    with pytest.raises(UndoRefusedError):
        undo(event, by=curator)


def test_undoing_requires_the_permission_to_change(curator, writer):
    event = make_change(make_topic(), by=curator, name="Port Lisle")
    with pytest.raises(PermissionDenied):
        undo(event, by=writer)


def test_the_screen_shows_and_undoes_a_change(client, curator):
    client.force_login(curator)
    topic = make_topic(name="Lisle", slug="lisle")
    event = make_change(topic, by=curator, name="Port Lisle")
    history = reverse("admin:topics_topic_history", args=[topic.pk])
    form = client.get(reverse("admin:topics_topic_change", args=[topic.pk])).rendered_content
    assert f'<a href="{history}">' in form
    page = client.get(history)
    assert [entry.event for entry in page.context["entries"]] == [event]
    assert format_entry(event) in page.rendered_content
    assert "<ins>" in page.rendered_content
    assert "log-entries" in page.rendered_content
    address = reverse("admin:topics_topic_undo", args=[topic.pk, event.pk])
    assert f'action="{address}"' in page.rendered_content
    response = client.post(address, follow=True)
    assert response.redirect_chain[-1][0] == history
    assert list_levels(response) == ["success"]
    topic.refresh_from_db()
    assert topic.name == "Lisle"


def test_the_screen_shows_why_a_change_was_not_undone(client, curator):
    client.force_login(curator)
    topic = make_topic(name="Lisle")
    event = make_change(topic, by=curator, name="Port Lisle")
    make_change(topic, by=curator, name="Lisle Harbour")
    with pytest.raises(UndoRefusedError) as refused:
        undo(event, by=curator)
    response = client.post(reverse("admin:topics_topic_undo", args=[topic.pk, event.pk]), follow=True)
    assert (list_levels(response), join_messages(response)) == (["error"], str(refused.value))


def test_an_entry_of_another_object_answers_404(client, curator):
    client.force_login(curator)
    event = make_change(make_topic(), by=curator, name="Port Lisle")
    assert client.post(reverse("admin:topics_topic_undo", args=[make_topic().pk, event.pk])).status_code == 404
    assert client.post(reverse("admin:topics_topic_undo", args=[0, event.pk])).status_code == 404


def test_users_who_may_only_view_cannot_undo(client, curator, writer):
    client.force_login(writer)
    topic = make_topic()
    event = make_change(topic, by=curator, name="Port Lisle")
    address = reverse("admin:topics_topic_undo", args=[topic.pk, event.pk])
    page = client.get(reverse("admin:topics_topic_history", args=[topic.pk]))
    assert [entry.event for entry in page.context["entries"]] == [event]
    assert address not in page.rendered_content
    assert client.post(address).status_code == 403


def test_an_unchanged_object_has_no_entries(client, curator):
    client.force_login(curator)
    page = client.get(reverse("admin:topics_topic_history", args=[make_topic().pk]))
    assert page.context["entries"] == []
    assert "log-entries" not in page.rendered_content
