"""Small forms lead to what was refused."""

from django import forms

from newsroom.desk.responses import focus_first_error


class NoteForm(forms.Form):
    title = forms.CharField()
    note = forms.CharField()


def test_the_first_field_that_is_wrong_has_the_focus():
    html = focus_first_error(NoteForm({"title": "A title"})).as_p()
    assert html.count("autofocus") == 1
    assert "autofocus" in html.split('name="note"')[1]


def test_a_form_that_was_not_sent_leads_nowhere():
    assert "autofocus" not in focus_first_error(NoteForm()).as_p()
