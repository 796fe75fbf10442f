"""The *Translations* screen, which links a work to its original in another language."""

from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.views import DeskFormView
from stories.admin.views.work.base import WorkView
from stories.drafts.publication_status import get_title
from stories.drafts.revisions import get_edit_permission
from stories.models import Work
from stories.publishing import RefusedError
from stories.workflow import translations

MAX_TITLES = 500


class TranslationForm(forms.Form):
    """Form in which the original of a translation is entered by title or address."""

    original = forms.CharField(
        label="Translation of",
        required=False,
        max_length=1_000,
        widget=NameInput("work-names"),
        help_text="Title or address of the page in its original language. Leave empty if this is not a translation.",
    )

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work

    def clean_original(self) -> Work | None:
        """Return the work of the same kind, not in the trash, with this title or address; None for an empty field.

        Raise ValidationError if there is no such work, or more than one.
        """
        entered = " ".join(self.cleaned_data["original"].split())
        matches = (
            list(Work.objects.outside_trash().of_kind(self.work.kind).with_title_or_slug(unquote(entered))[:2])
            if entered
            else []
        )
        if entered and not matches:
            raise forms.ValidationError(f"No {self.work.kind} has this title or address.", code="unknown")
        if len(matches) > 1:
            raise forms.ValidationError("More than one page has this title. Enter the address.", code="several")
        return matches[0] if matches else None


class TranslationsView(DeskFormView, WorkView):
    """List the translations of the work; on POST, link it to its original, or unlink it."""

    template_name = "admin/stories/work/translations.html"
    translations: list[Work]

    def prepare(self) -> None:
        super().prepare()
        self.require(self.request.user.has_perm(get_edit_permission(self.work)))
        self.translations = list(translations.list_translations(self.work))

    def make_form(self, data: QueryDict | None) -> TranslationForm:
        original = next((each for each in self.translations if each.uid == self.work.translation_group), None)
        title = get_title(original) if original else ""
        return TranslationForm(data, work=self.work, initial={"original": title})

    def submit(self, form: TranslationForm) -> HttpResponse | None:
        original = form.cleaned_data["original"]
        try:
            is_public_now = (
                translations.link_translation(self.work, original, by=self.by)
                if original
                else translations.unlink_translation(self.work, by=self.by)
            )
        except RefusedError as refusal:
            form.add_error("original", str(refusal))
            return None
        report = "Linked." if original else "Translation link removed."
        visibility = (
            "Readers see the change now." if is_public_now else "Readers will see the change with the next edition."
        )
        messages.success(self.request, f"{report} {visibility}")
        return redirect(self.address("translations"))

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "versions": [(each, get_title(each)) for each in self.translations],
            "suggestions": {"work-names": translations.list_candidate_titles(self.work, limit=MAX_TITLES)},
            "title": f"Translations: {self.work}",
        }
