"""Which state a document went on from."""

from uuid import UUID, uuid4

from stories.documents import Explainer, Section
from stories.documents.merge import nearest

ONE, TWO = UUID(int=1), UUID(int=2)


def story(*texts: str, uid: UUID = ONE) -> Explainer:
    return Explainer(
        uid=uid,
        slug="gate",
        sections=tuple(
            Section(uid=UUID(int=number), kind="free", heading="A", text=text) for number, text in enumerate(texts)
        ),
    )


def test_a_document_is_nearest_to_the_state_that_most_of_its_places_come_from():
    old, new = story("One.", "Two.", "Three."), story("One, changed.", "Two, changed.", "Three.")
    assert nearest(story("One.", "Two.", "Mine."), [new, old]) is old
    assert nearest(story("One, changed.", "Two, changed.", "Mine."), [new, old]) is new


def test_of_two_that_are_equally_near_it_is_the_older_one():
    old, new = story("One."), story("Two.")
    assert nearest(story("Three."), [new, old]) is old


def test_rows_are_known_wherever_they_stand():
    first, second = (Section(uid=uid, kind="free", heading="A", text=str(uid)) for uid in (ONE, TWO))
    base = Explainer(uid=ONE, slug="gate", sections=(first, second))
    moved = base.changed(sections=(second, first))
    other = base.changed(sections=(first.model_copy(update={"text": "Else.", "heading": "Else"}), second))
    assert nearest(moved, [other, base]) is base


def test_without_states_there_is_none():
    assert nearest(Explainer(uid=uuid4(), slug="gate"), []) is None
