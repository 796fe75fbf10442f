"""A writer and an editor publish a story with forms only, while approval is required."""

import pytest
from django.contrib import messages
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Edition, State, Story, Work
from stories.publishing import review
from tests.conftest import signed_in
from tests.factories import make_topic, make_user
from tests.stories.admin.form_data import filled

TEXT = """What's happened
The ferry to Norrhavn was late all week because its bow door froze.

What's behind the headline?
The door was built for milder winters, and nobody ordered the heater that the yard had offered.

What the papers say
The Lisle Courier reports that the heater was offered twice.

How we got here
The ferry was bought second-hand from a southern line.

More on these topics
-
Norrhavn is a harbour town on the far side of the sound.
"""
HEADLINE = "Why the ferry to Norrhavn was late all week"
SOURCE = {"url": "https://wire.example/heater", "title": "The heater nobody ordered", "outlet_name": "Ansgar Wire"}
COURIER, WIRE = "The Lisle Courier", "Ansgar Wire"

pytestmark = pytest.mark.django_db


class Desk:
    """A story, and the writer and the editor who change it with the forms of the desk."""

    def __init__(self) -> None:
        self.writer = signed_in(make_user(role="Writer", username="writer"))
        self.editor = signed_in(make_user(role="Editor", username="editor"))
        preview = self.writer.post(reverse("admin:import_text"), {"text": TEXT})
        self.writer.post(reverse("admin:import_text"), filled(preview) | {"take_in": "yes"})
        self.story = Story.objects.get()
        changes = {f"citations-0-{name}": value for name, value in SOURCE.items()}
        changes |= {
            "passages-0-outlet_names": COURIER,
            "passages-1-outlet_names": WIRE,
            "passages-1-source_numbers": "1",
        }
        changes |= {"passages-1-text": "Both letters from the yard were kept."}
        self.save(self.writer, headline=HEADLINE, slug="norrhavn-ferry", **changes)

    @property
    def address(self) -> str:
        return reverse(self.story.change_view_name, args=[self.story.pk])

    @property
    def state(self) -> str:
        return Work.objects.get(pk=self.story.pk).state

    @property
    def missing_approval(self) -> str:
        """What the desk says if the newest revision is not approved."""
        work = Work.objects.get(pk=self.story.pk)
        newest = revisions.get_newest_revision(work)
        assert newest
        return review.describe_missing_approval(work, newest)

    def save(self, client, *, button="save", **changes) -> list[str]:
        """Fill in the form, press a button, and return the error messages."""
        form = filled(client.get(self.address)) | changes | {"_continue": button}
        response = client.post(self.address, form, follow=True)
        assert response.redirect_chain, response.context["problems"]
        return [str(message) for message in response.context["messages"] if message.level == messages.ERROR]

    def decide(self, what, name, decision, **fields) -> None:
        self.editor.post(reverse("admin:proposed_names"), {"what": what, "name": name, "decision": decision, **fields})

    def confirm_names(self) -> None:
        self.decide("topic", "Norrhavn", "confirm", kind="place")
        for name in (COURIER, WIRE):
            self.decide("outlet", name, "confirm", kind="newspaper")

    def submit(self) -> None:
        self.save(self.writer, button="submit")
        assert self.state == State.IN_REVIEW

    def approve(self, **changes) -> None:
        assert self.save(self.editor, button="approve", **changes) == []
        assert self.state == State.APPROVED

    def publish(self, **changes) -> None:
        assert self.save(self.editor, button="publish", **changes) == []
        assert Edition.objects.get().label == "1"

    def publish_without_approval(self, **changes) -> None:
        """Assert that publishing is refused because the newest revision is not approved."""
        (refusal,) = self.save(self.editor, button="publish", **changes)
        assert self.state == State.APPROVED
        assert self.missing_approval
        assert self.missing_approval in refusal
        assert not Edition.objects.exists()


@pytest.fixture
def desk(settings) -> Desk:
    settings.REQUIRE_APPROVAL = True
    return Desk()


def get_published_document():
    return Edition.objects.get().document.value()


def test_an_approved_story_is_confirmed_and_published(desk):
    desk.submit()
    desk.approve()
    desk.confirm_names()
    assert desk.state == State.APPROVED
    desk.publish(headline_confirmed="on")
    assert get_published_document().headline == HEADLINE


def test_a_confirmed_story_is_approved_and_published(desk):
    desk.confirm_names()
    desk.save(desk.editor, headline_confirmed="on")
    desk.submit()
    desk.approve()
    desk.publish()


def test_one_button_confirms_the_headline_and_approves(desk):
    desk.confirm_names()
    desk.submit()
    desk.approve(headline_confirmed="on")
    desk.publish()


def test_an_editor_who_edits_an_approved_story_needs_a_new_approval_by_somebody_else(desk):
    desk.confirm_names()
    desk.submit()
    desk.approve()
    desk.publish_without_approval(headline=f"{HEADLINE}, again", headline_confirmed="on")
    desk.submit()
    assert len(desk.save(desk.editor, button="approve")) == 1
    assert desk.state == State.IN_REVIEW
    assert not Edition.objects.exists()


def test_an_edit_in_the_same_form_prevents_the_approval(desk):
    desk.confirm_names()
    desk.submit()
    refusals = desk.save(desk.editor, button="approve", headline=f"{HEADLINE}, again", headline_confirmed="on")
    assert len(refusals) == 1
    assert desk.state == State.IN_REVIEW


@pytest.mark.audit
def test_merging_a_name_requires_a_new_approval_which_the_same_editor_may_give(desk):
    make_topic(name="Norrhavn harbour")
    desk.submit()
    desk.approve()
    desk.decide("topic", "Norrhavn", "merge", into="Norrhavn harbour")
    for name in (COURIER, WIRE):
        desk.decide("outlet", name, "confirm", kind="newspaper")
    desk.publish_without_approval(headline_confirmed="on")
    desk.submit()
    desk.approve()
    desk.publish()
    assert [topic.name for topic in get_published_document().topics] == ["Norrhavn harbour"]
