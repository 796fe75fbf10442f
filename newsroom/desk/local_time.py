"""Times in the newsroom's time zone: formatting them, and a form for entering them."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.http.clock import AmbiguousTimeError, InvalidLocalTimeError, resolve_local_time

LONG = r"l j F Y \a\t H:i"
SHORT = "j M, H:i"


def format_local(moment: datetime, pattern: str = LONG) -> str:
    """Return ``moment`` in ``pattern`` (as for the ``date`` filter), followed by its time zone in brackets."""
    # Django's ``T`` is empty in the hour that occurs twice, in which only the time zone distinguishes the two times.
    local = timezone.localtime(moment)
    return f"{date(local, pattern)} ({local.tzname()})"


def format_time(moment: datetime, *, at: datetime) -> str:
    """Return the time of day of ``moment``, preceded by its date if that differs from the date of ``at``."""
    local = timezone.localtime(moment)
    return date(local, "H:i" if local.date() == timezone.localdate(at) else "j F, H:i")


CHOICES = (("", "Choose"), ("first", "The first time"), ("second", "The second time"))


class DateTimeForm(forms.Form):
    """A form for a day and a time.

    Once the form is valid, ``moment`` is the time in UTC, or None if no time is needed. ``happens`` completes the error
    message “Enter the day on which …”.
    """

    moment: datetime | None = None
    happens: ClassVar[str] = "it goes live"

    day = forms.DateField(label="Day", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Time", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    which = forms.ChoiceField(label="Which of the two", required=False, choices=CHOICES)

    @property
    def zone(self) -> str:
        """The name of the time zone in which times are entered and shown."""
        return timezone.get_current_timezone_name()

    @property
    def is_ambiguous(self) -> bool:
        """Whether to show the choice between the two times, because it was made or is required."""
        return self.is_bound and (bool(self.data.get(self.add_prefix("which"))) or "which" in self.errors)

    def needs_moment(self) -> bool:
        """Return whether a time is required."""
        return True

    def clean(self) -> dict[str, Any]:
        """Set ``moment``.

        Add an error for a missing day or time, for a time that does not exist, and for an ambiguous time without a
        choice.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.needs_moment() or {"day", "time"} & self.errors.keys():
            return cleaned
        day, time = cleaned.get("day"), cleaned.get("time")
        for name, value in (("day", day), ("time", time)):
            if value is None:
                self.add_error(name, f"Enter the day on which {self.happens}." if name == "day" else "Enter a time.")
        if day and time is not None:
            second = {"first": False, "second": True}.get(cleaned.get("which", ""))
            try:
                self.moment = resolve_local_time(datetime.combine(day, time), second=second)
            except AmbiguousTimeError as ambiguity:
                self.fields["which"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
                    CHOICES[0],
                    ("first", f"The first, {ambiguity.names[0]}"),
                    ("second", f"The second, {ambiguity.names[1]}"),
                ]
                self.add_error("which", str(ambiguity))
            except InvalidLocalTimeError as error:
                self.add_error("time", str(error))
        return cleaned
