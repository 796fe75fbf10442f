"""Forms that two users edit at the same time.

Changes to different fields are merged; a conflict in a field is shown to the user who saves later.
"""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db import connection, models
from django.http import HttpRequest

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.admin import DeskAdmin
from newsroom.text.join import join_words

INITIAL_VALUES = "began_with"
UNKNOWN_EDITOR = "Someone"


class ConcurrentEditForm(forms.ModelForm):  # type: ignore[type-arg]  # of any model
    """A form that contains the values with which it was opened.

    If another user has changed a field since then and the user has not, the other user's value is used, and the field's
    label is added to ``merged_labels``. If both users changed a field to different values, the form is rejected once.
    The error quotes the other user's value, and the field contains the user's own value. Another submission saves that
    value, unless somebody has changed the field again.
    """

    began_with = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged_labels: list[str] = []
        # The other user's values for the fields that both users changed.
        self._conflicts: dict[str, str] = {}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return the initial value of a field.

        For the hidden field, this is JSON with all stored values, or "" for a new object.
        """
        if field_name == INITIAL_VALUES:
            return json.dumps(self.stored_values()) if self.instance.pk else ""
        return super().get_initial_for_field(field, field_name)

    def stored_values(self) -> dict[str, str]:
        """Return the text that each enabled field shows for the stored state of the object, keyed by field name."""
        fields = {name: field for name, field in self.fields.items() if name != INITIAL_VALUES and not field.disabled}
        return {
            name: _to_text(field.prepare_value(self.get_initial_for_field(field, name)))
            for name, field in fields.items()
        }

    def full_clean(self) -> None:
        """Merge the submitted values with the stored ones, then validate the result."""
        if self.is_bound and self.instance.pk:
            self._merge()
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Add an error to each field with a conflict."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, theirs in self._conflicts.items():
            action = f"changed this to “{theirs}”" if theirs else "emptied this"
            reason = f"{self.last_editor_name()} {action} while you were writing. Your text is in the field. Save again to use it."
            self.add_error(name, forms.ValidationError(reason, code="meanwhile"))
        return cleaned

    def last_editor_name(self) -> str:
        """Return the name of the user of the newest audit entry about the object, or ``UNKNOWN_EDITOR``."""
        event = Event.objects.about(track_changes.uid_of(self.instance)).first()
        return str(event.by) if event and event.by else UNKNOWN_EDITOR

    def _merge(self) -> None:
        initial = _parse_values(str(self.data.get(self.add_prefix(INITIAL_VALUES), "")))
        stored = self.stored_values()
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # data is a QueryDict or a dict
        for name, theirs in stored.items():
            field, key = self.fields[name], self.add_prefix(name)
            mine = _to_text(field.widget.value_from_datadict(self.data, self.files, key))
            before = initial.get(name, theirs)
            if theirs in (before, mine):
                continue
            if mine != before:
                self._conflicts[name] = theirs
                continue
            self.merged_labels.append(str(field.label or name))
            if theirs or not isinstance(field, forms.BooleanField):
                data[key] = theirs
            else:
                data.pop(key, None)
        data[self.add_prefix(INITIAL_VALUES)] = json.dumps(stored)
        self.data = data


class ConcurrentEditAdmin(DeskAdmin):
    """A ModelAdmin for a ConcurrentEditForm. It locks the object before it reads a submission."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the object. On POST, lock it until the transaction ends."""
        if request.method == "POST" and connection.in_atomic_block and object_id.isdecimal() and len(object_id) < 19:
            track_changes.lock_row(self.model, int(object_id))
        return super().get_object(request, object_id, from_field)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Return the fields, including the hidden one for initial values if the user may change an existing object."""
        fields = super().get_fields(request, obj)
        return [*fields, INITIAL_VALUES] if obj and self.has_change_permission(request, obj) else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the object, and show a message if changes of another user were merged."""
        editor = form.last_editor_name() if getattr(form, "merged_labels", ()) else ""
        super().save_model(request, obj, form, change)
        if editor:
            labels = join_words([f"“{label}”" for label in form.merged_labels])
            messages.info(request, f"{editor} changed {labels} while you were writing. Both changes are saved.")


def _parse_values(text: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # not sent by our form; a RecursionError if it is nested too deeply
        return {}
    return {str(name): _to_text(value) for name, value in values.items()} if isinstance(values, dict) else {}


def _to_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
