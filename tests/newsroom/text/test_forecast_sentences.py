from datetime import date

import pytest

from newsroom.text.forecast_sentences import read_outlook

SAID_ON = date(2031, 3, 5)  # a Wednesday


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("The ferry will be back in service by Friday.", date(2031, 3, 7)),
        ("The mayor said the pool will reopen.", None),
        ("The bank expects growth of 2 per cent in 2033.", date(2033, 12, 31)),
        ("The bridge is expected to open on 4 May.", date(2031, 5, 4)),
        ("Ministers promised to publish the report before the end of June.", date(2031, 6, 30)),
        ("“We’ll be done within six weeks,” the foreman said.", date(2031, 4, 16)),
        ("The company said it would sell the mill by next month.", date(2031, 4, 30)),
        ("The union has ruled out a strike before Friday.", date(2031, 3, 6)),
        ("The line is due to reopen in the first half of 2032.", date(2032, 6, 30)),
        ("The harbour will close from 20 May, according to the port.", date(2031, 5, 20)),
    ],
)
def test_a_sentence_looks_ahead_if_a_speaker_or_a_day_to_come_is_named(sentence, due):
    outlook = read_outlook(sentence, "en", said_on=SAID_ON)
    assert outlook.looks_ahead
    assert (outlook.due.last if outlook.due else None) == due


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry will sail again.",
        "If it rains, the match will be moved to Sunday, the club said.",
        "Will the bridge open by Friday?",
        "The court read her will on Friday.",
        "The line might open by 2033.",
        "The council had promised that the pool would open.",
        "In the novel, a ship will leave harbour on 9 May 2031.",
        "The club said it will never give up.",
        "He said it would be a pity.",
        "The bridge opened on Friday.",
        "The law says that a mayor will resign by Friday.",
    ],
)
def test_conditions_questions_rules_fiction_and_the_past_do_not_look_ahead(sentence):
    assert not read_outlook(sentence, "en", said_on=SAID_ON).looks_ahead


def test_only_english_is_read():
    assert not read_outlook("Die Fähre wird am 4. Mai wieder fahren.", "de", said_on=SAID_ON).looks_ahead
    assert not read_outlook("渡轮将于五月恢复。", "zh", said_on=SAID_ON).looks_ahead
