"""Forms that two users edit at once: changes to different fields are merged, conflicts in one field are asked about."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.db import connection, models
from django.http import HttpRequest

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.sentences import join_words
from newsroom.desk.admin import DeskAdmin

INITIAL_VALUES = "began_with"
UNKNOWN_EDITOR = "Somebody"


class ConcurrentEditForm(forms.ModelForm):  # type: ignore[type-arg]  # of any model
    """A form that carries the values with which it was opened.

    Where only another user changed a field since, their value is taken, and ``taken`` lists the field's label. Where
    both changed a field, the form is refused once. The error then quotes their value, and the field holds the user's
    own. Whatever is submitted next is saved.
    """

    began_with = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged_labels: list[str] = []
        self._both: dict[str, str] = {}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return the values with which the form was opened, as JSON, for the hidden field."""
        if field_name == INITIAL_VALUES:
            return json.dumps(self.stored_values()) if self.instance.pk else ""
        return super().get_initial_for_field(field, field_name)

    def stored_values(self) -> dict[str, str]:
        """Return the text that each field shows for the object as it is stored."""
        fields = {name: field for name, field in self.fields.items() if name != INITIAL_VALUES and not field.disabled}
        return {
            name: _text(field.prepare_value(self.get_initial_for_field(field, name))) for name, field in fields.items()
        }

    def full_clean(self) -> None:
        """Merge the submitted values with the stored ones, then validate the result."""
        if self.is_bound and self.instance.pk:
            self._join()
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Add an error to each field that both users changed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, theirs in self._both.items():
            said = f"changed this to “{theirs}”" if theirs else "emptied this"
            reason = f"{self.last_editor_name()} {said} while you were writing. Yours is in the field: save again to keep it."
            self.add_error(name, forms.ValidationError(reason, code="meanwhile"))
        return cleaned

    def last_editor_name(self) -> str:
        """Return the name of the user who changed the object last."""
        event = Event.objects.about(track_changes.uid_of(self.instance)).first()
        return str(event.by) if event and event.by else UNKNOWN_EDITOR

    def _join(self) -> None:
        began, now = _read(str(self.data.get(self.add_prefix(INITIAL_VALUES), ""))), self.stored_values()
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # data is a QueryDict or a dict
        for name, theirs in now.items():
            field, key = self.fields[name], self.add_prefix(name)
            mine = _text(field.widget.value_from_datadict(self.data, self.files, key))
            before = began.get(name, theirs)
            if theirs in (before, mine):
                continue
            if mine != before:
                self._both[name] = theirs
                continue
            self.merged_labels.append(str(field.label or name).lower())
            if theirs or not isinstance(field, forms.BooleanField):
                sent[key] = theirs
            else:
                sent.pop(key, None)
        sent[self.add_prefix(INITIAL_VALUES)] = json.dumps(now)
        self.data = sent


class ConcurrentEditAdmin(DeskAdmin):
    """A ModelAdmin for a SeenForm, which locks the object before a submission is read."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Lock the object on POST until the save has ended, then return it."""
        if request.method == "POST" and connection.in_atomic_block and object_id.isdecimal() and len(object_id) < 19:
            track_changes.lock_row(self.model, int(object_id))
        return super().get_object(request, object_id, from_field)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Add the hidden field with the values with which the form was opened."""
        fields = super().get_fields(request, obj)
        return [*fields, INITIAL_VALUES] if obj and self.has_change_permission(request, obj) else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and show a message about merged changes of another user."""
        who = form.last_editor_name() if getattr(form, "merged_labels", ()) else ""
        super().save_model(request, obj, form, change)
        if who:
            messages.info(
                request, f"{who} changed {join_words(form.merged_labels)} while you were writing. Both are kept."
            )


def _read(text: str) -> dict[str, str]:
    try:
        known = json.loads(text)
    except (ValueError, RecursionError):  # not sent by our form; RecursionError when nested too deeply
        return {}
    return {str(name): _text(value) for name, value in known.items()} if isinstance(known, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
