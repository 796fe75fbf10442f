"""The suggestions for each outlet of a story, and the texts in which they are found."""

from uuid import uuid4

from stories.documents import NamedOutlet
from stories.workflow.agreement import look
from stories.workflow.agreement.look import look_for_point
from tests.stories.checks.documents import COURIER, RADIO, WIRE, passage, source, story

NO_TEXTS: dict[str, str] = {}


def make_story():
    """Make a story in which two outlets give a figure, and a third one says nothing about it."""
    return story(
        passages=(
            passage("Ansgar Wire reports that some 4,200 homes were emptied.[@2] It is calm now.", WIRE, sources=(2,)),
            passage("The Lisle Courier writes of about 6,000 emptied homes and 12 boats.[@1]", COURIER, sources=(1,)),
            passage("Radio Tessen asks who pays for the dyke.", RADIO),
        ),
        citations=(source(1, COURIER), source(2, WIRE), source(3, WIRE), source(4, RADIO)),
    )


def test_each_outlet_has_its_sentences_with_amount_and_article():
    wire, courier, radio = look_for_point(make_story(), "homes emptied", kind="figure", pasted=NO_TEXTS)
    assert (wire.texts.outlet, wire.texts.source) == (WIRE, 2)
    (found,) = wire.suggestions
    assert found.before + found.value + found.after == "Ansgar Wire reports that some 4,200 homes were emptied."
    assert (found.value, found.amounts) == ("some 4,200", ("4200", "4200", True))
    assert courier.suggestions[0].value == "about 6,000"
    assert (radio.texts.source, radio.suggestions) == (4, [])


def test_pasted_words_are_searched_for_their_outlet_alone():
    pasted = {"radio tessen": "At night 3,900 homes were emptied, the radio says."}
    wire, _, radio = look_for_point(make_story(), "homes emptied", kind="figure", pasted=pasted)
    assert [each.value for each in radio.suggestions] == ["3,900"]
    assert [each.value for each in wire.suggestions] == ["some 4,200"]


def test_a_fact_has_no_value_but_the_whole_sentence():
    (radio,) = [
        each
        for each in look_for_point(make_story(), "who pays for the dyke", kind="fact", pasted=NO_TEXTS)
        if each.texts.outlet == RADIO
    ]
    assert (radio.suggestions[0].before, radio.suggestions[0].value) == ("Radio Tessen asks who pays for the dyke.", "")


def test_an_outlet_without_a_passage_or_an_article_has_neither_text_nor_source():
    echo = NamedOutlet(uid=None, name="Echo")
    document = story(passages=(passage("It says nothing.", echo, uid=uuid4()),), citations=())
    (looked,) = look_for_point(document, "homes emptied", kind="figure", pasted=NO_TEXTS)
    assert (looked.texts.outlet, looked.texts.source, looked.suggestions) == (echo, None, [])


def test_texts_beyond_the_limit_are_not_searched_and_pasted_words_come_first(monkeypatch):
    monkeypatch.setattr(look, "MAX_LOOKED_LENGTH", 80)
    wire, courier, radio = look_for_point(make_story(), "homes emptied", kind="figure", pasted=NO_TEXTS)
    assert [bool(each.suggestions) for each in (wire, courier, radio)] == [True, False, False]
    assert [each.is_cut for each in (wire, courier, radio)] == [False, True, True]
    pasted = {"Radio Tessen": "At night 3,900 homes were emptied, the radio says, and the dyke holds."}
    wire, _, radio = look_for_point(make_story(), "homes emptied", kind="figure", pasted=pasted)
    assert ([each.value for each in radio.suggestions], wire.suggestions) == (["3,900"], [])
