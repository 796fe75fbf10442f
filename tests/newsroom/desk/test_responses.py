"""Focus on the first field with an error."""

from django import forms

from newsroom.desk.responses import focus_first_error


class NoteForm(forms.Form):
    title = forms.CharField()
    note = forms.CharField()


def test_the_first_field_with_an_error_gets_the_focus():
    html = focus_first_error(NoteForm({"title": "A title"})).as_p()
    assert html.count("autofocus") == 1
    assert "autofocus" in html.split('name="note"')[1]


def test_an_unbound_form_sets_no_focus():
    assert "autofocus" not in focus_first_error(NoteForm()).as_p()
