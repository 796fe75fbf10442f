"""Rows under a form: found by their uid, ordered by hand, saved only when they changed."""

from newsroom.editing.rows.form import RowForm
from newsroom.editing.rows.formset import Together, UidFormSet
from newsroom.editing.rows.inline import Rows

__all__ = ["RowForm", "Rows", "Together", "UidFormSet"]
