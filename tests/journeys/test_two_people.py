"""A writer and one editor publish together where every page needs an approval: by forms alone, as browsers send them."""

import pytest
from django.urls import reverse

from stories.models import Edition, State, Story, Work
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
    """One story, the forms of the desk, and the two people who use them."""

    def __init__(self) -> None:
        self.writer = signed_in(make_user(role="Writer", username="writer"))
        self.editor = signed_in(make_user(role="Editor", username="editor"))
        shown = self.writer.post(reverse("admin:import_text"), {"text": TEXT})
        self.writer.post(reverse("admin:import_text"), filled(shown) | {"take_in": "yes"})
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

    def save(self, who, *, then="save", **changes) -> str:
        """Fill the form in, press a button, and return what the page says then."""
        form = filled(who.get(self.address)) | changes | {"_continue": then}
        answer = who.post(self.address, form, follow=True)
        assert answer.redirect_chain, answer.context["problems"]
        return " ".join(str(message) for message in answer.context["messages"])

    def decide(self, what, name, decision, **more) -> None:
        self.editor.post(reverse("admin:proposed_names"), {"what": what, "name": name, "decision": decision, **more})

    def confirm_names(self) -> None:
        self.decide("topic", "Norrhavn", "confirm", kind="place")
        for name in (COURIER, WIRE):
            self.decide("outlet", name, "confirm", kind="newspaper")

    def submit(self) -> None:
        self.save(self.writer, then="submit")
        assert self.state == State.IN_REVIEW

    def approve(self) -> str:
        return self.save(self.editor, then="approve")

    def publish(self, **changes) -> str:
        return self.save(self.editor, then="publish", **changes)


@pytest.fixture
def desk(settings) -> Desk:
    settings.REQUIRE_APPROVAL = True
    return Desk()


def the_published():
    return Edition.objects.get().document.value()


def test_what_was_approved_is_confirmed_and_published(desk):
    desk.submit()
    assert "is approved" in desk.approve()
    desk.confirm_names()
    assert desk.state == State.APPROVED
    assert "Published as edition 1." in desk.publish(headline_confirmed="on")
    assert the_published().headline == HEADLINE


def test_what_was_confirmed_is_approved_and_published(desk):
    desk.confirm_names()
    desk.save(desk.editor, headline_confirmed="on")
    desk.submit()
    assert "is approved" in desk.approve()
    assert "Published as edition 1." in desk.publish()


def test_one_press_confirms_and_approves(desk):
    desk.confirm_names()
    desk.submit()
    assert "is approved" in desk.save(desk.editor, then="approve", headline_confirmed="on")
    assert "Published as edition 1." in desk.publish()


def test_an_editor_who_confirms_and_edits_a_word_needs_another_s_approval(desk):
    desk.confirm_names()
    desk.submit()
    desk.approve()
    told = desk.publish(headline=f"{HEADLINE}, again", headline_confirmed="on")
    assert "needs approval again" in told
    assert not Edition.objects.exists()
    desk.submit()
    assert "Not approved" in desk.approve()
    assert not Edition.objects.exists()


def test_an_editor_who_edits_a_word_while_approving_has_approved_nothing(desk):
    desk.confirm_names()
    desk.submit()
    told = desk.save(desk.editor, then="approve", headline=f"{HEADLINE}, again", headline_confirmed="on")
    assert "Not approved" in told
    assert desk.state == State.IN_REVIEW


def test_a_name_that_became_another_one_is_read_again_by_the_same_editor(desk):
    make_topic(name="Norrhavn harbour")
    desk.submit()
    desk.approve()
    desk.decide("topic", "Norrhavn", "join", into="Norrhavn harbour")
    for name in (COURIER, WIRE):
        desk.decide("outlet", name, "confirm", kind="newspaper")
    assert "needs approval again" in desk.publish(headline_confirmed="on")
    desk.submit()
    desk.approve()
    assert "Published as edition 1." in desk.publish()
    assert [topic.name for topic in the_published().topics] == ["Norrhavn harbour"]
