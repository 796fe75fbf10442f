"""Short references in texts outside works: descriptions of topics, outlets and authors, and about pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.audit.models import Event
from newsroom.site.models import AboutPage
from stories import publishing
from tests.factories import make_author, make_outlet, make_published_story, make_story, make_topic, make_user
from tests.stories.admin.form_data import filled
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db

KINDS = ("topic", "outlet", "author", "about page")


@pytest.fixture
def administrator_client(db):
    client = Client()
    client.force_login(make_user(role="Administrator", username="administrator"))
    return client


@pytest.fixture
def barrier(db):
    return make_topic(name="Kelmar barrier", slug="kelmar-barrier")


@pytest.fixture(params=KINDS)
def described(request, barrier, editor):
    """Return an object of each kind that readers can open, and the name of its Markdown field."""
    if request.param == "about page":
        return AboutPage.objects.create(slug="sites", title="Sites", text="-"), "text"
    thing = {"topic": make_topic, "outlet": make_outlet, "author": make_author}[request.param](name="Port office")
    named = {"topic": {"topics": (thing,)}, "outlet": {"outlets": (thing,)}, "author": {"byline": (thing.name,)}}
    make_published_story(by=editor, **named[request.param])
    return thing, "description"


def write(described, text):
    thing, field = described
    type(thing).objects.filter(pk=thing.pk).update(**{field: text})


def text_of(described):
    thing, field = described
    thing.refresh_from_db()
    return getattr(thing, field)


def address_of(described):
    meta = described[0]._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[described[0].pk])


def save(client, described, text):
    address = address_of(described)
    return client.post(address, filled(client.get(address)) | {described[1]: text})


def test_a_form_shows_short_names_and_changes_nothing_when_it_is_saved(administrator_client, described, barrier):
    merged = make_topic(name="The barrier", slug="the-barrier")
    merge_topics(merged, barrier, by=make_user(role="Curator"))
    text = f"The [barrier](topic:{barrier.uid}), [again](topic:{merged.uid}), `topic:{barrier.uid}`."
    write(described, text)
    form = filled(administrator_client.get(address_of(described)))
    assert "[barrier](topic:kelmar-barrier), [again](topic:kelmar-barrier.2)" in form[described[1]]
    events = Event.objects.count()
    assert administrator_client.post(address_of(described), form).status_code == 302
    assert text_of(described) == text
    assert Event.objects.count() == events


def test_a_typed_name_is_stored_as_a_uid(administrator_client, described, barrier):
    story = make_story(slug="why-two-gates")
    typed = "See [it](topic:kelmar-barrier) and [why](story:why-two-gates)."
    assert save(administrator_client, described, typed).status_code == 302
    assert text_of(described) == f"See [it](topic:{barrier.uid}) and [why](story:{story.uid})."


def test_an_unknown_name_is_refused_with_near_names(administrator_client, described, barrier):
    before = text_of(described)
    page = save(administrator_client, described, "See [it](topic:kelmar-barier).")
    (message,) = [problem.message for problem in page.context["problems"]]
    assert message == "There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”?"
    assert "[it](topic:kelmar-barier)" in filled(page)[described[1]]
    assert text_of(described) == before


def test_a_page_links_to_what_readers_can_open(client, administrator_client, described, barrier, editor):
    page = make_published_story(by=editor, slug="why-two-gates", topics=(barrier,))
    draft = make_story(slug="not-yet")
    save(
        administrator_client,
        described,
        "See [it](topic:kelmar-barrier), [why](story:why-two-gates) and [later](story:not-yet).",
    )
    html = client.get(described[0].get_absolute_url()).content.decode()
    assert f'<a href="{barrier.get_absolute_url()}">it</a>' in html
    assert '<a href="/stories/why-two-gates/">why</a>' in html
    assert re.search(r"and later\.", html)
    assert str(draft.uid) not in html
    publishing.withdraw(page, by=editor, notice="It was wrong.")
    assert ">why</a>" not in client.get(described[0].get_absolute_url()).content.decode()
