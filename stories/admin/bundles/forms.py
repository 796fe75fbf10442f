"""The forms of bundles: what goes out together, and why it is taken back."""

from typing import Any

from django import forms
from django.utils.html import format_html

from newsroom.desk.local_time import SHORT, said
from stories.drafts.publication_status import standing_of, title_of
from stories.models import Work


class BundleForm(forms.Form):
    """A title, and the works that go out together; ``offered`` are works of ``with_standing``."""

    title = forms.CharField(
        max_length=200,
        help_text="What the newsroom calls it; readers never see it.",
        error_messages={"required": "Give the bundle a title, so that others know what it is."},
    )
    works = forms.MultipleChoiceField(label="Goes out together", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Works not in the list",
        required=False,
        help_text="The last part of their addresses, parted by semicolons.",
    )

    def __init__(self, *args: Any, offered: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(work.pk): work for work in offered}
        self.fields["works"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (key, format_html('<span dir="auto">{}</span> <span class="means">{}</span>', title_of(work), _about(work)))
            for key, work in self.by_key.items()
        ]

    def clean_others(self) -> list[Work]:
        """Find the works of these addresses; refuse one that is nobody's."""
        found = []
        for slug in filter(None, (part.strip() for part in self.cleaned_data["others"].split(";"))):
            work = Work.objects.on_the_desk().at_address(slug).select_related("story", "faq").first()
            if work is None:
                raise forms.ValidationError(f"Nothing on the desk has the address “{slug}”.", code="unknown")
            found.append(work)
        return found

    def gathered(self) -> list[Work]:
        """Return the works that were chosen."""
        return [*(self.by_key[key] for key in self.cleaned_data["works"]), *self.cleaned_data["others"]]


class UndoForm(forms.Form):
    """Why a bundle is taken back, for readers."""

    note = forms.CharField(
        label="Note for readers",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="It stands with each page that goes back, and is the notice of each page that is withdrawn.",
        error_messages={"required": "Tell readers why this is taken back."},
    )


def _about(work: Any) -> str:
    """Say of an offered work what it is, how it stands and what waits already."""
    waits = f"; next on {said(work.goes_live, SHORT)}" if work.goes_live else ""
    return f"{work.get_kind_display()}: {standing_of(work).label.lower()}{waits}"
