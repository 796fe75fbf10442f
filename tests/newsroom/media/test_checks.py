"""The system check for share pictures."""

from newsroom.media.checks import check_arabic_shaping
from newsroom.media.processing import text_layout


def test_if_arabic_cannot_be_drawn_the_check_says_what_to_install(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", False)
    (message,) = check_arabic_shaping()
    assert "libfribidi" in message.hint


def test_if_arabic_can_be_drawn_the_check_reports_nothing(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", True)
    assert check_arabic_shaping() == []
