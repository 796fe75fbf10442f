"""Leads to the first field of a small form that was refused."""

from django import forms


def leads_to_problem[F: forms.BaseForm](form: F) -> F:
    """Give the first field with an error the focus when the page opens, also without scripts; return the form."""
    if form.is_bound:
        wrong = next((name for name in form.fields if name in form.errors), None)
        if wrong:
            form.fields[wrong].widget.attrs["autofocus"] = True
    return form
