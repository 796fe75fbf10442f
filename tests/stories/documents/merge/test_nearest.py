"""Finding the state on which a document is based."""

from uuid import UUID, uuid4

from stories.documents import Explainer, Section
from stories.documents.merge import find_nearest_state

ONE, TWO = UUID(int=1), UUID(int=2)


def story(*texts: str, uid: UUID = ONE) -> Explainer:
    return Explainer(
        uid=uid,
        slug="gate",
        sections=tuple(
            Section(uid=UUID(int=number), kind="free", heading="A", text=text) for number, text in enumerate(texts)
        ),
    )


def test_the_nearest_state_has_the_most_places_in_common():
    old, new = story("One.", "Two.", "Three."), story("One, changed.", "Two, changed.", "Three.")
    assert find_nearest_state(story("One.", "Two.", "Mine."), [new, old]) is old
    assert find_nearest_state(story("One, changed.", "Two, changed.", "Mine."), [new, old]) is new


def test_of_two_equally_near_states_the_older_is_returned():
    old, new = story("One."), story("Two.")
    assert find_nearest_state(story("Three."), [new, old]) is old


def test_rows_are_identified_regardless_of_their_position():
    first, second = (Section(uid=uid, kind="free", heading="A", text=str(uid)) for uid in (ONE, TWO))
    base = Explainer(uid=ONE, slug="gate", sections=(first, second))
    moved = base.changed(sections=(second, first))
    other = base.changed(sections=(first.model_copy(update={"text": "Else.", "heading": "Else"}), second))
    assert find_nearest_state(moved, [other, base]) is base


def test_without_states_nothing_is_found():
    assert find_nearest_state(Explainer(uid=uuid4(), slug="gate"), []) is None
