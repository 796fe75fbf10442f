"""Leads to the first field of a small form that was refused."""

from collections.abc import Iterable

from django import forms


def leads_to_problem[F: forms.BaseForm](form: F) -> F:
    """Give the first field with an error the focus when the page opens, also without scripts; return the form."""
    if form.is_bound:
        wrong = next((name for name in form.fields if name in form.errors), None)
        if wrong:
            form.fields[wrong].widget.attrs["autofocus"] = True
    return form


def lead_to_problem(together: Iterable[forms.BaseForm]) -> None:
    """Give the first field with an error the focus, where several forms stand on one page one after the other."""
    refused = next((form for form in together if form.is_bound and form.errors), None)
    if refused:
        leads_to_problem(refused)
