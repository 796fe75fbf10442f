"""The screen that links a work to the original of which it is a translation."""

from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error
from stories.admin.views.work.history import HistoryScreens
from stories.drafts.publication_status import get_title
from stories.drafts.revisions import get_edit_permission
from stories.models import Work
from stories.publishing import RefusedError
from stories.workflow import translations

MOST = 500


class TranslationForm(forms.Form):
    """The original of a translation, by its title or its address."""

    original = forms.CharField(
        label="Translation of",
        required=False,
        max_length=1_000,
        widget=NameInput("work-names"),
        help_text="The title or the address of the page in its first language. Empty: this is no translation.",
    )

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work

    def clean_original(self) -> Work | None:
        """Return the one work of the same kind with this title or address; None if the field is empty."""
        words = " ".join(self.cleaned_data["original"].split())
        found = list(Work.objects.on_the_desk().of_kind(self.work.kind).called(unquote(words))[:2]) if words else []
        if words and not found:
            raise forms.ValidationError(f"No {self.work.kind} has this title or address.", code="unknown")
        if len(found) > 1:
            raise forms.ValidationError("More than one has this title: give the address.", code="several")
        return found[0] if found else None


class TranslationScreens(HistoryScreens):
    """A model admin with the translations of a work."""

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"stories_{self.opts.model_name}_translations"
        return [path("<path:object_id>/translations/", view(self.translations_view), name=name), *super().get_urls()]

    def translations_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the work in other languages; on POST link it to its original, or unlink it."""
        work: Work = self.seen(request, object_id)
        if not request.user.has_perm(get_edit_permission(work)):
            raise PermissionDenied
        versions = translations.versions_of(work)
        original = next((each for each in versions if each.uid == work.translation_group), None)
        form = TranslationForm(
            request.POST or None, work=work, initial={"original": get_title(original) if original else ""}
        )
        if request.method == "POST" and form.is_valid():
            try:
                self._say(request, work, form.cleaned_data["original"])
            except RefusedError as refusal:
                form.add_error("original", str(refusal))
            else:
                return redirect(self.address("translations", work))
        return self.answer(
            request,
            work,
            "translations",
            {
                "form": focus_first_error(form),
                "versions": [(each, get_title(each)) for each in versions],
                "offers": {"work-names": translations.candidate_titles(work, limit=MOST)},
                "title": f"Translations: {work}",
            },
        )

    def _say(self, request: HttpRequest, work: Work, original: Work | None) -> None:
        by = signed_in_user(request)
        is_known = (
            translations.link_translation(work, original, by=by)
            if original
            else translations.unlink_translation(work, by=by)
        )
        done = "Linked." if original else "It is no translation of anything."
        messages.success(
            request, f"{done} {'Readers see it now.' if is_known else 'Readers see it with the next edition.'}"
        )
