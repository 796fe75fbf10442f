import pytest

from newsroom.text.figures.clocks import find_times


@pytest.mark.parametrize(
    ("language", "text", "times"),
    [
        ("en", "It struck at 4.52 on Wednesday morning.", ["04:52"]),
        ("en", "The ground moved at eight minutes to five.", ["04:52"]),
        ("en", "They left at half past two and came back at quarter to six in the evening.", ["02:30", "17:45"]),
        ("en", "The siren went at 03:40, the second at 9 p.m. on Sunday.", ["03:40", "21:00"]),
        ("de", "Bis sieben Uhr früh gesperrt, offen um 21.30 Uhr und um 7 Uhr 15.", ["07:00", "21:30", "07:15"]),
        ("es", "A las 5.12 de la madrugada y a las 21 horas.", ["05:12", "21:00"]),
        ("fr", "À 21 heures, puis à 21h30 et vers 5 h 12 du matin.", ["21:00", "21:30", "05:12"]),
        ("ar", "وقع الزلزال الساعة 5:12 فجرا.", ["05:12"]),
    ],
)
def test_times_are_read_in_digits_and_words(language, text, times):
    assert [f"{found.at:%H:%M}" for found in find_times(text, language)] == times


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The rate stands at 3.25 percent."),
        ("en", "The board voted seven to two."),
        ("en", "The bank lost 4.52 million."),
        ("fr", "Ils ont mis six heures à en venir à bout."),
        ("ja", "午前3時40分"),
    ],
)
def test_rates_votes_and_durations_are_no_times(language, text):
    assert find_times(text, language) == []
