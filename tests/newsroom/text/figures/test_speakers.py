import pytest

from newsroom.text.figures.speakers import find_speakers
from tests.effort import lines_run


@pytest.mark.parametrize(
    ("language", "sentence", "speakers"),
    [
        ("en", "Some 4,200 homes were emptied, according to civil defence.", ["civil defence"]),
        ("en", "“It was dark,” said Ana Kestrel, a nurse.", ["Ana Kestrel"]),
        ("en", "The wall was unsafe, the mayor said.", ["the mayor"]),
        ("en", "She said that it rained.", []),
        ("en", "The harbour is closed.", []),
        ("de", "Drei Häuser brannten laut Feuerwehr.", ["Feuerwehr"]),
        ("de", "Es war dunkel, sagte die Bürgermeisterin.", ["die Bürgermeisterin"]),
        ("es", "Ardieron 40 hectáreas, según la alcaldesa.", ["la alcaldesa"]),
        ("fr", "Selon la mairie, tout va bien.", ["la mairie"]),
        ("ar", "احترق المبنى، بحسب مدير المستشفى.", ["مدير المستشفى"]),
        ("ja", "市長は述べた。", []),
    ],
)
def test_the_words_for_a_speaker_extend_to_the_next_mark(language, sentence, speakers):
    assert [sentence[start:end] for start, end in find_speakers(sentence, language)] == speakers


def test_the_work_grows_with_the_length_of_the_text():
    def work(count):
        find_speakers("x", "en")  # reads the word lists
        return lines_run(lambda: find_speakers("the mayor said " * count, "en"))

    assert work(200) < 2.5 * work(100)
