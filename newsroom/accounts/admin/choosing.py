"""The choice of roles on the screens of people."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet

# No database counts further.
LONGEST_KEY = 18


class RolesField(forms.ModelMultipleChoiceField[Group]):
    """Roles as ticks; what is no key of any is refused before a database is asked for it."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> QuerySet[Group]:
        """Return the roles; raise ValidationError for what is none."""
        for each in value or ():
            if not (str(each).isdecimal() and len(str(each)) <= LONGEST_KEY):
                raise forms.ValidationError("Choose among the roles that there are.", code="invalid_choice")
        chosen: QuerySet[Group] = super().clean(value)
        return chosen
