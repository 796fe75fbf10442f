"""What the system checks say of share pictures."""

from newsroom.media.checks import check_arabic_shaping
from newsroom.media.processing import text_layout


def test_where_arabic_cannot_be_drawn_the_checks_say_what_to_install(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", False)
    (message,) = check_arabic_shaping()
    assert "libfribidi" in message.hint


def test_where_it_can_nothing_is_said(monkeypatch):
    monkeypatch.setattr(text_layout, "SHAPES_ARABIC", True)
    assert check_arabic_shaping() == []
