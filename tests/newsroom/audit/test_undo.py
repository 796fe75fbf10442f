"""A change is put back from the record, unless somebody changed the same since."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.undo import UndoRefusedError, can_be_undone, undo
from tests.factories import make_article, make_image, make_outlet, make_topic, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def change(thing, *, by, aliases=None, **fields) -> Event:
    before = track_changes.stored_state(thing)
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save()
    if aliases is not None:
        thing.set_aliases(aliases)
    event = track_changes.record_changed(thing, before, by=by)
    assert event
    return event


def test_a_topic_says_again_what_it_said(curator):
    image = make_image()
    topic = make_topic(name="Lisle", aliases=("The Port",), picture=image)
    event = change(topic, by=curator, name="Port Lisle", picture=None, aliases=["Lisle Harbour"])
    undo(event, by=curator)
    topic.refresh_from_db()
    assert (topic.name, topic.folded_name, topic.picture) == ("Lisle", "lisle", image)
    assert [alias.name for alias in topic.aliases.all()] == ["The Port"]


def test_a_name_that_readers_do_not_find_by_is_put_back_as_such(curator):
    topic = make_topic(aliases=("The Port", "The Harbour"))
    topic.aliases.filter(name="The Port").update(is_findable=False)
    undo(change(topic, by=curator, aliases=[]), by=curator)
    assert {alias.name: alias.is_findable for alias in topic.aliases.all()} == {"The Port": False, "The Harbour": True}
    topic.set_aliases(["The Port", "The Quay"])
    assert {alias.name: alias.is_findable for alias in topic.aliases.all()} == {"The Port": False, "The Quay": True}


def test_putting_back_is_itself_in_the_record_and_can_be_put_back(curator):
    outlet = make_outlet(country="Vessara")
    undo(change(outlet, by=curator, country="Corvane"), by=curator)
    newest = Event.objects.about(outlet.uid)[0]
    assert (newest.verb, newest.before, newest.after) == ("put back", {"country": "Corvane"}, {"country": "Vessara"})
    undo(newest, by=curator)
    outlet.refresh_from_db()
    assert outlet.country == "Corvane"


def test_an_article_gets_its_outlet_and_its_day_back(editor):
    article = make_article()
    outlet, day = article.outlet, article.published_on
    event = change(article, by=editor, outlet=make_outlet(), published_on=None)
    undo(event, by=editor)
    article.refresh_from_db()
    assert (article.outlet, article.published_on) == (outlet, day)


def test_what_changed_again_since_is_left_and_named(curator):
    outlet = make_outlet(country="Vessara", owner="The Sund family")
    event = change(outlet, by=curator, country="Corvane", owner="A trust")
    change(outlet, by=make_user(role="Curator", username="jonas"), country="Norrhavn")
    with pytest.raises(UndoRefusedError, match=r"country changed again since. jonas changed country\."):
        undo(event, by=curator)
    outlet.refresh_from_db()
    assert (outlet.country, outlet.owner) == ("Norrhavn", "A trust")


def test_other_fields_that_changed_since_stay_as_they_are(curator):
    outlet = make_outlet(country="Vessara")
    event = change(outlet, by=curator, country="Corvane")
    change(outlet, by=curator, owner="A trust")
    undo(event, by=curator)
    outlet.refresh_from_db()
    assert (outlet.country, outlet.owner) == ("Vessara", "A trust")


def test_a_picture_that_was_only_renamed_is_the_same_picture(curator):
    image = make_image(title="The pier")
    topic = make_topic()
    event = change(topic, by=curator, picture=image)
    type(image).objects.update(title="The north pier")
    undo(event, by=curator)
    topic.refresh_from_db()
    assert topic.picture is None


def test_a_name_that_somebody_else_has_by_now_is_refused_in_words(curator):
    topic = make_topic(name="Lisle")
    event = change(topic, by=curator, name="Port Lisle")
    make_topic(name="Lisle")
    with pytest.raises(UndoRefusedError, match="“Lisle” is already the topic “Lisle”"):
        undo(event, by=curator)


def test_a_further_name_that_leads_elsewhere_by_now_is_refused_in_words(curator):
    topic = make_topic(aliases=("The Port",))
    event = change(topic, by=curator, aliases=[])
    make_topic(name="Norrhavn", aliases=("The Port",))
    with pytest.raises(UndoRefusedError, match="“The Port” leads to “Norrhavn” by now"):
        undo(event, by=curator)


def test_what_is_gone_is_not_put_back(curator):
    topic = make_topic()
    event = change(topic, by=curator, name="Port Lisle")
    topic.delete()
    with pytest.raises(UndoRefusedError, match="not there any more"):
        undo(event, by=curator)


def test_only_a_change_can_be_put_back(curator):
    topic = make_topic()
    event = Event.objects.write("topic", topic.uid, "merged", by=curator, before={"name": "a"}, after={"name": "b"})
    assert not can_be_undone(event)
    with pytest.raises(UndoRefusedError):
        undo(event, by=curator)


def test_whoever_may_not_change_it_may_not_put_it_back(curator, writer):
    event = change(make_topic(), by=curator, name="Port Lisle")
    with pytest.raises(PermissionDenied):
        undo(event, by=writer)


def test_the_screen_shows_before_and_after_and_puts_back(client, curator):
    client.force_login(curator)
    topic = make_topic(name="Lisle", slug="lisle")
    event = change(topic, by=curator, name="Port Lisle")
    history = reverse("admin:topics_topic_history", args=[topic.pk])
    form = client.get(reverse("admin:topics_topic_change", args=[topic.pk])).rendered_content
    assert f'<a href="{history}">Record</a>' in form
    page = client.get(history).rendered_content
    assert "curator changed name." in page
    assert "<ins>" in page
    answer = client.post(reverse("admin:topics_topic_undo", args=[topic.pk, event.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == history
    assert "Put back. That stands in the record too" in answer.rendered_content
    topic.refresh_from_db()
    assert topic.name == "Lisle"


def test_the_screen_says_why_it_did_not_put_back(client, curator):
    client.force_login(curator)
    topic = make_topic(name="Lisle")
    event = change(topic, by=curator, name="Port Lisle")
    change(topic, by=curator, name="Lisle Harbour")
    answer = client.post(reverse("admin:topics_topic_undo", args=[topic.pk, event.pk]), follow=True)
    assert "Not put back: name changed again since." in answer.rendered_content


def test_an_event_of_another_thing_is_not_found_there(client, curator):
    client.force_login(curator)
    event = change(make_topic(), by=curator, name="Port Lisle")
    assert client.post(reverse("admin:topics_topic_undo", args=[make_topic().pk, event.pk])).status_code == 404
    assert client.post(reverse("admin:topics_topic_undo", args=[0, event.pk])).status_code == 404


def test_who_may_only_look_is_offered_nothing(client, curator, writer):
    client.force_login(writer)
    topic = make_topic()
    event = change(topic, by=curator, name="Port Lisle")
    assert "Put back" not in client.get(reverse("admin:topics_topic_history", args=[topic.pk])).rendered_content
    assert client.post(reverse("admin:topics_topic_undo", args=[topic.pk, event.pk])).status_code == 403


def test_what_nobody_changed_has_an_empty_record(client, curator):
    client.force_login(curator)
    page = client.get(reverse("admin:topics_topic_history", args=[make_topic().pk])).rendered_content
    assert "Nobody has changed this since the record began." in page
