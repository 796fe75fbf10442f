"""What the system checks say of share pictures."""

from newsroom.media.checks import letters_are_joined
from newsroom.media.processing import text_layout


def test_where_arabic_cannot_be_drawn_the_checks_say_what_to_install(monkeypatch):
    monkeypatch.setattr(text_layout, "JOINS_LETTERS", False)
    (message,) = letters_are_joined()
    assert "libfribidi" in message.hint


def test_where_it_can_nothing_is_said(monkeypatch):
    monkeypatch.setattr(text_layout, "JOINS_LETTERS", True)
    assert letters_are_joined() == []
