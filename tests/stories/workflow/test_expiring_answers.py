from datetime import date, timedelta

import pytest

from stories.workflow.expiring_answers import USUAL_DAYS, propose_expiry

AS_OF = date(2031, 3, 5)  # a Wednesday


def propose(answer, *, question="", language="en", **options):
    return propose_expiry(answer, question=question, as_of=AS_OF, language=language, **options)


@pytest.mark.parametrize(
    ("language", "answer", "day", "words"),
    [
        ("en", "The pins arrive on 25 March and are tested on 2 April.", date(2031, 3, 25), "25 March"),
        ("en", "The road stays closed until the end of June.", date(2031, 6, 30), "June"),
        ("en", "The committee will meet on Monday.", date(2031, 3, 10), "Monday"),
        ("en", "It is closed for another two weeks.", date(2031, 3, 19), "two weeks"),
        ("en", "The fare rises next year.", date(2032, 1, 1), "next year"),
        ("en", "The pass shuts at the end of May.", date(2031, 5, 31), "May"),
        ("de", "Am Montag berät der Rat.", date(2031, 3, 10), "Montag"),
        ("es", "El lunes se decidirá.", date(2031, 3, 10), "lunes"),
        ("de", "Die Sperrung gilt bis 3. Mai.", date(2031, 5, 3), "3. Mai"),
        ("fr", "Le pont rouvre le 1er avril.", date(2031, 4, 1), "1er avril"),
    ],
)
def test_the_earliest_day_to_come_in_the_text_is_proposed(language, answer, day, words):
    proposed = propose(answer, language=language)
    assert (proposed.day, proposed.reason, proposed.words) == (day, "day", words)


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "So far nothing has been found."),
        ("de", "Die Straße ist derzeit gesperrt."),
        ("es", "Por ahora no hay fecha."),
        ("fr", "Pour l'instant, rien."),
        ("ar", "لا يزال الطريق مغلقا."),
    ],
)
def test_a_provisional_word_gives_three_days(language, answer):
    proposed = propose(answer, language=language)
    assert (proposed.day, proposed.reason) == (AS_OF + timedelta(days=3), "provisional")


@pytest.mark.parametrize(
    ("question", "answer"),
    [("How many people are missing?", "Fourteen."), ("What happened?", "The slip killed 12 people. It was dark.")],
)
def test_a_count_of_people_hurt_or_missing_gives_three_days(question, answer):
    proposed = propose(answer, question=question)
    assert (proposed.day, proposed.reason) == (AS_OF + timedelta(days=3), "casualties")


def test_an_answer_about_the_past_has_no_date():
    assert propose("The wall was built in 1961, after the flood of 1953.").day is None


def test_a_day_of_the_last_two_years_is_not_the_past():
    assert propose("It was built in March 2030.").reason == "usual"


def test_other_answers_expire_after_the_usual_number_of_days():
    assert propose("Marta Quill leads the talks.").day == AS_OF + timedelta(days=USUAL_DAYS)
    assert propose("Marta Quill leads the talks.", usual_days=10).day == AS_OF + timedelta(days=10)
    assert propose("交渉は続く。", language="ja").reason == "usual"


def test_a_weekday_that_may_be_past_is_not_proposed():
    assert propose("The mayor said so on Tuesday.").reason == "usual"
    assert propose("Am Montag wurde er gewählt.", language="de").reason == "usual"
