"""Folding: names that people regard as the same fold to the same text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.fold import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lisle Courier", "the  lisle\u00a0COURIER "),
        ("Côte d’Ivoire", "Cote d'Ivoire"),
        ("Ansgar–Wire", "Ansgar‑Wire"),
        ("“Harbour & Coast”", '"harbour & coast"'),
        ("Straße", "STRASSE"),
        ("Łódź Øre", "lodz ore"),
        ("İzmir", "izmir"),
        ("ﬁnance", "Finance"),
        ("Zoe\u0308", "Zoë"),
        ("النَّهار", "النهار"),
        ("Port\u200bLisle\u202e", "portlisle"),
    ],
)
def test_two_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कल", "काल"), ("กิน", "กัน"), ("か", "が"), ("C++", "C"), ("U.S.", "US")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_an_empty_or_blank_name_folds_to_nothing() -> None:
    assert fold(" \n\t\u200b") == ""


def test_a_control_character_separates_words() -> None:
    assert fold("Port\x00Lisle") == "port lisle"


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folded_text_has_no_stray_white_space(text: str) -> None:
    assert " ".join(fold(text).split()) == fold(text)
