from datetime import date, timedelta

import pytest

from stories.workflow.expiring_answers import propose_expiry

AS_OF = date(2031, 3, 5)  # a Wednesday


def propose(answer, *, question="", language="en"):
    return propose_expiry(answer, question=question, as_of=AS_OF, language=language)


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
    ("language", "question"),
    [
        ("en", "Is the road still closed?"),
        ("de", "Ist die Straße noch gesperrt?"),
        ("es", "¿Sigue cerrada la carretera?"),
        ("fr", "La route est-elle toujours fermée ?"),
        ("ar", "هل ما زال الطريق مغلقا؟"),
    ],
)
def test_what_is_asked_to_be_still_so_may_change_the_next_day(language, question):
    proposed = propose("112.", question=question, language=language)
    assert (proposed.day, proposed.reason) == (AS_OF + timedelta(days=1), "still")


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "Marta Quill leads the talks."),
        ("en", "The wall was built in 1961, after the flood of 1953."),
        ("en", "The mayor said so on Tuesday."),
        ("de", "Am Montag wurde er gewählt."),
        ("ja", "交渉は続く。"),
    ],
)
def test_an_answer_that_names_no_day_to_come_has_no_proposed_day(language, answer):
    proposed = propose(answer, language=language)
    assert (proposed.day, proposed.reason) == (None, "")
