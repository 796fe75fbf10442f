"""What the system checks say of share pictures."""

from newsroom.imaging import lettering
from newsroom.media.checking import letters_are_joined


def test_where_arabic_cannot_be_drawn_the_checks_say_what_to_install(monkeypatch):
    monkeypatch.setattr(lettering, "JOINS_LETTERS", False)
    (message,) = letters_are_joined()
    assert "libfribidi" in message.hint


def test_where_it_can_nothing_is_said(monkeypatch):
    monkeypatch.setattr(lettering, "JOINS_LETTERS", True)
    assert letters_are_joined() == []
