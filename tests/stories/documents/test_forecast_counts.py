"""Forecasts are counted by state; a Brier score needs ten decided ones with a chance."""

import pytest

from stories.documents.forecasts import brier_score, count_states


def test_forecasts_are_counted_by_state():
    counts = count_states(["open", "came_true", "came_true", "in_part", "not_true", "void", "void", "void"])
    assert counts._asdict() == {"open": 1, "came_true": 2, "in_part": 1, "not_true": 1, "void": 3}
    assert counts == count_states({"open": 1, "came_true": 2, "in_part": 1, "not_true": 1, "void": 3})


def test_nothing_is_counted_without_forecasts():
    assert sum(count_states([])) == 0


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (["came_true", "came_true", "in_part", "not_true", "not_true"], True),
        (["came_true", "came_true", "in_part", "not_true", *["void"] * 9, *["open"] * 9], False),
    ],
)
def test_counts_are_shown_from_five_decided_forecasts(states, shown):
    assert count_states(states).are_shown is shown


def test_a_score_is_the_mean_square_of_chance_and_outcome():
    forecasts = [("came_true", 100)] * 5 + [("not_true", 50)] * 3 + [("in_part", 100)] * 2
    assert brier_score(forecasts) == pytest.approx((5 * 0 + 3 * 0.25 + 2 * 0.25) / 10)


def test_saying_always_even_scores_a_quarter():
    assert brier_score([("came_true", 50)] * 6 + [("not_true", 50)] * 4) == pytest.approx(0.25)


def test_nine_chances_give_no_score():
    assert brier_score([("came_true", 80)] * 9) is None
    assert brier_score([("came_true", 80)] * 10) == pytest.approx(0.04)


def test_void_and_open_forecasts_and_those_without_a_chance_never_score():
    uncounted = [("void", 0)] * 20 + [("open", 0)] * 20 + [("not_true", None)] * 20
    assert brier_score([*uncounted, *[("came_true", 80)] * 9]) is None
    assert brier_score([*uncounted, *[("came_true", 80)] * 10]) == pytest.approx(0.04)
