"""Convert the forms of a work to the values that a browser would submit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms

from newsroom.desk.forms.rows import UidFormSet

type Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values of the forms of one work: of its own form by field, and of each formset by row identity and field.

    ``offered`` is the blank row at the end of each formset.
    """

    head: Values
    rows: Mapping[str, Mapping[object, Values]]
    blank_rows: Mapping[str, Values]


def read_form_values(form: forms.BaseForm, formsets: Iterable[UidFormSet]) -> FormValues:
    """Return the values of forms that show what is saved."""
    sets = {str(rows.prefix): rows for rows in formsets}
    return FormValues(
        _values(form),
        {
            prefix: {rows.identity(row.instance): _values(row) for row in rows.forms if not row.is_new}
            for prefix, rows in sets.items()
        },
        {prefix: _values(row) for prefix, rows in sets.items() for row in rows.forms if row.is_new},
    )


def as_sent(wanted: FormValues, shown: FormValues, *, sources_given: int) -> Values:
    """Return the values to submit so that a form that shows ``standing`` is saved as ``wanted``.

    Rows that are not in ``wanted`` are submitted as deleted, and each formset ends with its blank row. A new source
    takes the position in which it gets the number that it already has: the next one after ``sources_given``.
    """
    sent = dict(wanted.head)
    for prefix, rows in wanted.rows.items():
        there = shown.rows[prefix]
        # A source that was removed meanwhile gets a new number; sources that expect the next numbers go first.
        in_order = sorted(rows, key=lambda one: isinstance(one, int) and one <= sources_given and one not in there)
        gone = [identity for identity in there if identity not in rows]
        every = [
            *(rows[identity] for identity in in_order),
            *({**there[identity], "DELETE": "on"} for identity in gone),
            *([shown.blank_rows[prefix]] if prefix in shown.blank_rows else []),
        ]
        sent |= {f"{prefix}-INITIAL_FORMS": str(len(there)), f"{prefix}-TOTAL_FORMS": str(len(every))}
        sent |= {f"{prefix}-{index}-{name}": value for index, row in enumerate(every) for name, value in row.items()}
    return sent


def _values(form: forms.BaseForm) -> Values:
    values = {}
    for name in form.fields:
        widget, value = form[name].field.widget, form[name].value()
        if isinstance(widget, forms.CheckboxInput):
            if value:
                values[name] = "on"
            continue
        shown = widget.format_value(value)
        values[name] = str((shown[0] if shown else "") if isinstance(shown, list) else shown or "")
    return values
