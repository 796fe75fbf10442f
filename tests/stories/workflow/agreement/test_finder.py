import pytest

from stories.workflow.agreement.finder import MAX_FOUND, find_sentences
from tests.effort import lines_run


def find(claim, text, *, kind="figure", unit="", language="en"):
    """Return the sentences found, each with its value."""
    found = find_sentences(claim, text, kind=kind, unit=unit, language=language)
    return [(text[each.start : each.end], text[each.value_start : each.value_end]) for each in found]


@pytest.mark.parametrize(
    ("language", "claim", "unit", "text", "sentence", "value"),
    [
        (
            "en",
            "Homes emptied in Dyke End",
            "homes",
            "About 300 people slept in a school. Some 4,200 homes were emptied. It cost 2 million crowns.",
            "Some 4,200 homes were emptied.",
            "Some 4,200",
        ),
        (
            "en",
            "Cost of the new gates",
            "crowns",
            "The 5 gates rust. The new gates will cost 9 million crowns.",
            "The new gates will cost 9 million crowns.",
            "9 million crowns",
        ),
        (
            "en",
            "People killed by the slip",
            "people",
            "There are 12 dead and 30 hurt. Twelve homes stand.",
            "There are 12 dead and 30 hurt.",
            "12",
        ),
        (
            "de",
            "Zahl der Verletzten in Hollenau",
            "Personen",
            "Drei Häuser brannten. Acht Menschen wurden verletzt.",
            "Acht Menschen wurden verletzt.",
            "Acht",
        ),
        ("ar", "عدد الكتب", "كتب", "احترقت القاعة. أُنقذ ٤١٢ كتابا.", "أُنقذ ٤١٢ كتابا.", "٤١٢"),
    ],
)
def test_the_amount_of_the_noun_and_unit_of_a_claim_comes_first(language, claim, unit, text, sentence, value):
    assert find(claim, text, unit=unit, language=language)[0] == (sentence, value)


def test_an_amount_of_another_unit_is_not_found():
    assert find("Share of pupils who walk", "Some 300 pupils walk.", unit="percent") == []
    assert find("Cost of the bridge", "The bridge is 300 metres long.", unit="crowns") == []


def test_a_sum_of_money_needs_words_of_the_claim():
    assert find("Cost of the repairs to Corran bridge", "The mayor earns 9,000 crowns.", unit="crowns") == []


@pytest.mark.parametrize(
    ("kind", "claim", "text", "value"),
    [
        ("date", "Day of the inspection", "It rained. Ana inspected the dam on 4 November.", "4 November"),
        ("quotation", "What the mayor said", "She left. “I will stay,” the mayor said.", "I will stay,"),
        (
            "attribution",
            "Who says that the wall was unsafe",
            "It fell. The wall was unsafe, said Amos Gell.",
            "Amos Gell",
        ),
        ("fact", "Whether the pilot survived", "It fell. The pilot was unhurt.", "The pilot was unhurt."),
    ],
)
def test_each_kind_of_claim_has_its_own_kind_of_value(kind, claim, text, value):
    assert find(claim, text, kind=kind)[0][1] == value


def test_at_most_five_sentences_are_found_and_none_without_a_word_of_the_claim():
    assert len(find("Homes emptied", "There are 3 homes. " * 10, unit="homes")) == MAX_FOUND
    assert find("Whether the pilot survived", "It rained.", kind="fact") == []


def test_sentences_of_several_paragraphs_have_their_positions_in_the_text():
    text = "It rained.\n\nThe 30 homes stood empty."
    assert find("Homes emptied", text, unit="homes") == [("The 30 homes stood empty.", "30")]


@pytest.mark.parametrize(
    ("claim", "text", "value"),
    [
        ("Height of the surge", "It measures the surge at 3.1 metres.", "3.1 metres"),
        ("Cost of the repair", "The repair will cost €2.1 bn, the ministry said.", "€2.1 bn"),
        ("Length of the strike", "The strike lasted 12 days.", "12 days"),
    ],
)
def test_without_a_unit_an_amount_of_any_unit_is_found(claim, text, value):
    assert find(claim, text) == [(text, value)]
    assert find(claim, text, unit="people") == []


def test_per_cent_has_to_be_asked_for():
    text = "Turnout was 61 per cent."
    assert find("Turnout", text) == []
    assert find("Turnout", text, unit="per cent") == [(text, "61 per cent")]


def test_without_word_lists_digits_and_words_as_written_are_found():
    text = "Il sindaco parla di case. Sono state evacuate 4.200 case.\nIl porto ha 3 moli."
    assert find("Case evacuate", text, language="it") == [("Sono state evacuate 4.200 case.", "4.200")]
    assert find("Case evacuate", text, kind="fact", language="it") == [
        ("Sono state evacuate 4.200 case.", ""),
        ("Il sindaco parla di case.", ""),
    ]
    assert find("避難した家", "4200軒が避難した。", language="ja") == []


@pytest.mark.parametrize("unit", ["There are 30 homes, and 5 boats. ", "there are 30 homes and "])
def test_the_work_grows_with_the_length_of_the_text(unit):
    def work(count):
        find("Homes emptied", unit, unit="homes")  # reads the word lists
        return lines_run(lambda: find("Homes emptied", unit * count, unit="homes"))

    assert work(80) < 2.5 * work(40)
