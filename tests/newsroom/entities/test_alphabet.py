"""The letter under which a name is listed, and the order of names."""

import pytest

from newsroom.entities.alphabet import letter_of, sort_key
from newsroom.text.fold import fold


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Élan", "E"),
        ("Ångström", "A"),
        ("Ørsted", "O"),
        ("ʻOumuamua", "O"),
        ("’t Veer", "T"),
        ("1987 flood", "0–9"),
        ("٣ مايو", "0–9"),
        ("ميناء تلمار", "م"),
        ("Ωμέγα", "Ω"),
        ("Жуковка", "Ж"),
        ("강릉", "ᄀ"),
        ("東京", "東"),
        ("!!", "!"),
    ],
)
def test_a_name_is_listed_under_its_first_letter_without_accents(name, letter):
    assert letter_of(fold(name)) == letter


def test_digits_sort_first_and_other_scripts_after_latin():
    names = ["ميناء", "Zephyr", "Жуковка", "’t Veer", "Tarn", "1987 flood", "Émile", "Eastern line"]
    ordered = sorted(names, key=lambda name: sort_key(fold(name)))
    assert ordered == ["1987 flood", "Eastern line", "Émile", "’t Veer", "Tarn", "Zephyr", "Жуковка", "ميناء"]
