"""The *Erase* screen, for court orders: what to erase permanently, why, and a confirmation."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.reauthentication import require_reauthentication
from newsroom.desk.views import DeskFormView
from stories.admin.views.work.base import WorkView
from stories.drafts.publication_status import get_specific
from stories.models import Edition, Work
from stories.publishing.erase import PERMISSION, erase_edition, erase_passage, erase_work, list_parts

WHOLE_PAGE = "page"
CONFIRMATION_WORD = "ERASE"


class EraseForm(forms.Form):
    """Form for choosing what to erase, with the reason and a word that the user types to confirm."""

    what = forms.ChoiceField(label="What to erase", error_messages={"required": "Choose what to erase."})
    reason = forms.CharField(
        label="Reason",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Court, date and reference number. Don’t repeat the erased text: the activity log keeps this reason.",
        error_messages={"required": "Give the court, the date and the reference number."},
    )
    meant = forms.CharField(
        label=f"Type {CONFIRMATION_WORD}",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="This can’t be undone.",
        error_messages={"required": f"Type {CONFIRMATION_WORD} in capitals to confirm."},
    )

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = {f"edition {each.number}": each for each in work.editions.for_cards().with_ordinals()}
        passages = list_parts(work)
        self.passages = {f"passage {uid}": uid for uid in passages}
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # the choice field above
            ("", "Choose"),
            (WHOLE_PAGE, "The whole page, with its history"),
            ("One edition", [(key, _format_edition(edition)) for key, edition in self.editions.items()]),
            ("A passage or a source, wherever it occurs", [(key, passages[uid]) for key, uid in self.passages.items()]),
        ]

    def clean_meant(self) -> str:
        """Raise ValidationError for any word other than ``CONFIRMATION_WORD``."""
        word: str = self.cleaned_data["meant"]
        if word != CONFIRMATION_WORD:
            raise forms.ValidationError(f"Type {CONFIRMATION_WORD} in capitals to confirm.", code="meant")
        return word

    @property
    def edition(self) -> Edition | None:
        """The edition that was chosen, or None."""
        return self.editions.get(self.cleaned_data["what"])

    @property
    def passage(self) -> UUID | None:
        """The uid of the passage that was chosen, or None."""
        return self.passages.get(self.cleaned_data["what"])


class EraseView(DeskFormView, WorkView):
    """Ask what to erase and why, then erase it. The user must have reauthenticated recently."""

    permission = PERMISSION
    template_name = "admin/stories/work/erase.html"

    def prepare(self) -> None:
        super().prepare()
        require_reauthentication(self.request)

    def make_form(self, data: QueryDict | None) -> EraseForm:
        return EraseForm(data, work=self.work)

    def submit(self, form: EraseForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        if form.edition is not None:
            erase_edition(form.edition, by=self.by, reason=reason)
        elif form.passage is not None:
            erase_passage(self.work, form.passage, by=self.by, reason=reason)
        else:
            erase_work(self.work, by=self.by, reason=reason)
        messages.success(self.request, "Erased. The activity log records who did it and why.")
        is_gone = form.cleaned_data["what"] == WHOLE_PAGE
        return redirect(self.work.view_name("changelist")) if is_gone else redirect(self.address("change"))

    def get_context(self) -> dict[str, Any]:
        duplicates = [get_specific(each) for each in Work.objects.duplicated_from_work(self.work.uid)]
        return {**super().get_context(), "title": f"Erase: {self.work}", "duplicates": duplicates}


def _format_edition(edition: Edition) -> str:
    begin = date(timezone.localtime(edition.live_from), "j F Y, H:i")
    return Truncator(f"Edition {edition.label}, from {begin}: {edition.title}").chars(120)
