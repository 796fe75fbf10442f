"""Convert the forms of a work to the values that a browser would submit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms

from newsroom.desk.forms.rows import UidFormSet

type Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values of the forms of a work.

    ``head`` contains the values of the main form. ``rows`` contains the values of each formset's rows, keyed by prefix
    and identity. ``blank_rows`` contains the values of the blank row at the end of each formset, keyed by prefix.
    """

    head: Values
    rows: Mapping[str, Mapping[object, Values]]
    blank_rows: Mapping[str, Values]


def read_form_values(form: forms.BaseForm, formsets: Iterable[UidFormSet]) -> FormValues:
    """Return the saved values, read from unbound forms."""
    by_prefix = {str(rows.prefix): rows for rows in formsets}
    return FormValues(
        _values(form),
        {
            prefix: {rows.identity(row.instance): _values(row) for row in rows.forms if not row.is_new}
            for prefix, rows in by_prefix.items()
        },
        {prefix: _values(row) for prefix, rows in by_prefix.items() for row in rows.forms if row.is_new},
    )


def build_post_values(target: FormValues, shown: FormValues, *, sources_given: int) -> Values:
    """Return the values to submit so that a form with the values ``shown`` is saved with the values ``target``.

    Rows that are not in ``target`` are submitted as deleted, and each formset ends with its blank row. New sources get
    the numbers after ``sources_given`` in the order of submission, so the rows are sorted to give each source its
    number in ``target``.
    """
    values = dict(target.head)
    for prefix, rows in target.rows.items():
        shown_rows = shown.rows[prefix]
        # A source that the form no longer shows would take the next new number, so sources that need it come first.
        in_order = sorted(rows, key=lambda one: isinstance(one, int) and one <= sources_given and one not in shown_rows)
        removed = [identity for identity in shown_rows if identity not in rows]
        all_rows = [
            *(rows[identity] for identity in in_order),
            *({**shown_rows[identity], "DELETE": "on"} for identity in removed),
            *([shown.blank_rows[prefix]] if prefix in shown.blank_rows else []),
        ]
        values |= {f"{prefix}-INITIAL_FORMS": str(len(shown_rows)), f"{prefix}-TOTAL_FORMS": str(len(all_rows))}
        values |= {
            f"{prefix}-{index}-{name}": value for index, row in enumerate(all_rows) for name, value in row.items()
        }
    return values


def _values(form: forms.BaseForm) -> Values:
    values = {}
    for name in form.fields:
        widget, value = form[name].field.widget, form[name].value()
        if isinstance(widget, forms.CheckboxInput):
            if value:
                values[name] = "on"
            continue
        formatted = widget.format_value(value)
        values[name] = str((formatted[0] if formatted else "") if isinstance(formatted, list) else formatted or "")
    return values
