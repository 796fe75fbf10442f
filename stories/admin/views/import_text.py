"""The *Import* screen: paste or upload a text, preview the import, then save it as a draft."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import DeskView
from newsroom.http.clock import request_time
from newsroom.page_cache.invalidation import invalidation
from stories import imports
from stories.admin.drafts.conflicts import from_merge_conflict
from stories.admin.forms.new_names import DecidedNames, decide_new_names, list_new_names
from stories.documents.parse import IMPORT_FORMATS, MAX_FILE_SIZE, UnreadableDocumentError
from stories.drafts.short_references import ShortNames, list_visible_kinds, shorten_document
from stories.models import Work
from stories.workflow import proposed_names

# The screen shows it to people who have not imported a text before.
EXAMPLE = """\
Why the ferry to Norrhavn was late all week

What’s happened
The ferry to Norrhavn was late on six days because its bow door froze.

What’s behind the headline?
The ship is the only one on the route. A frozen door cannot open, and lorries had to wait for the thaw.

What the papers say
The Lisle Courier reports that the door was never heated. Radio Tessen says that the heating failed on Monday.

How we got here
The door was last repaired in 2019.

What we don’t know yet
Nobody has said what a new door costs.

Go deeper
Common questions
-
When does the ferry sail again?
The company hopes for Friday.

More on these topics
-
Norrhavn is the largest port on the north coast.
"""


class ImportForm(forms.Form):
    """Form for the text to import, pasted or uploaded."""

    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "whole-text"}),
        help_text=(
            "Plain text with headings such as “What’s happened” on lines of their own, Markdown with front matter, or JSON."
        ),
    )
    file = forms.FileField(label="Or a file", required=False, help_text="Optional. At most 2 MB.")
    format = forms.ChoiceField(
        label="Format",
        required=False,
        choices=[
            ("", "Detect automatically"),
            *((each, "JSON" if each == "json" else each.capitalize()) for each in IMPORT_FORMATS),
        ],
    )
    headline = forms.CharField(
        label="Headline, or the question",
        required=False,
        max_length=300,
        help_text="Leave empty to use the first line of a story, if it isn’t a sentence, or a suggestion.",
    )
    first_line = forms.BooleanField(
        label="Headline, from the first line",
        required=False,
        # The preview shows it beside the headline, outside its form.
        widget=forms.CheckboxInput(attrs={"form": "import-form"}),
        help_text="Untick to keep this line in the standfirst.",
    )
    into = forms.CharField(
        label="Continue existing page",
        required=False,
        max_length=200,
        help_text="Leave empty to create a draft, or enter the address of a story or question.",
    )
    # The previewed bytes, in base64, so that exactly these bytes are imported.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_into(self) -> Work | None:
        """Return the work at this address, or None if the field is empty. Raise ValidationError for an unknown address."""
        address = self.cleaned_data["into"].strip().strip("/").rpartition("/")[2]
        if not address:
            return None
        work: Work | None = Work.objects.with_slug(address).first()
        if work is None:
            raise ValidationError(f"There is no story or question with the address “{address}”.", code="unknown")
        return work

    def clean(self) -> dict[str, Any]:
        """Put the bytes of the text into ``content``.

        Add an error if the text is empty or larger than ``MAX_FILE_SIZE``. Raise ValidationError if the previewed bytes
        are damaged.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if cleaned.get("shown"):
            try:
                content = base64.b64decode(cleaned["shown"], validate=True)
            except binascii.Error as error:
                raise ValidationError("The preview was damaged. Start again.", code="damaged") from error
        elif upload:
            content, cleaned["name"] = upload.read(MAX_FILE_SIZE + 1), upload.name
        else:
            content = cleaned.get("text", "").replace("\r\n", "\n").encode()
        if not content.strip():
            self.add_error("text", "Paste a text, or choose a file.")
        elif len(content) > MAX_FILE_SIZE:
            self.add_error("file" if upload else "text", "This is larger than 2 MB. Split it into several texts.")
        cleaned["content"] = content
        return cleaned


class ImportView(DeskView):
    """Show the form, then a preview of the import. After confirmation, save the import and redirect to the draft."""

    permission = imports.save.IMPORT_PERMISSION
    template_name = "admin/import_text.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        extra_context: dict[str, Any] = {}
        kinds = list_visible_kinds(signed_in_user(request))
        if form.is_valid():
            try:
                prepared = _prepare_import(request, form)
                if "take_in" in request.POST:
                    return _save_import(request, prepared)
                extra_context = _build_preview(prepared, form, kinds=kinds)
            except imports.ConflictError as refusal:
                texts = [text for each in refusal.conflicts for text in (each.base, each.theirs, each.mine)]
                names = ShortNames.load(texts, kinds=kinds)
                extra_context = {"text_conflicts": [from_merge_conflict(each, names) for each in refusal.conflicts]}
            except UnreadableDocumentError as refusal:
                form.add_error(
                    "file" if form.cleaned_data.get("file") else "text", f"Line {refusal.line}: {refusal.message}"
                )
        return self.show(form, **extra_context)

    def show(self, form: ImportForm, **extra_context: Any) -> HttpResponse:
        may_confirm = self.request.user.has_perm(proposed_names.CONFIRM_PERMISSION)
        context = {"form": focus_first_error(form), "title": "Import", "example": EXAMPLE, "may_confirm": may_confirm}
        return self.render(context | extra_context)


def _prepare_import(request: HttpRequest, form: ImportForm) -> imports.PreparedImport:
    cleaned = form.cleaned_data
    return imports.prepare_import(
        cleaned["content"],
        name=cleaned["name"] or "a pasted text",
        at=request_time(request),
        format=cleaned["format"] or None,
        headline=cleaned["headline"] or None,
        into=cleaned["into"],
        kinds=list_visible_kinds(signed_in_user(request)),
        takes_first_line=cleaned["first_line"] if "take_in" in request.POST else None,
    )


def _save_import(request: HttpRequest, prepared: imports.PreparedImport) -> HttpResponse:
    """Decide on the new names, then save the import with them as its first revision."""
    by, names = signed_in_user(request), proposed_names.list_document_names(prepared.document)
    decided = DecidedNames(prepared.document)
    with invalidation():
        if not prepared.is_unchanged and by.has_perm(proposed_names.CONFIRM_PERMISSION):
            decided = decide_new_names(prepared.document, request.POST, by=by)
        work = imports.save_import(replace(prepared, document=decided.document), by=by)
    if prepared.is_unchanged:
        messages.info(request, "This text has already been imported. No changes made.")
    else:
        sentences = ["Imported as a draft."]
        if decided.confirmed:
            sentences.append(f"{decided.confirmed} new name{'' if decided.confirmed == 1 else 's'} confirmed.")
        if decided.merged:
            sentences.append(f"{decided.merged} name{'' if decided.merged == 1 else 's'} merged.")
        if len(names) > decided.confirmed + decided.merged:
            sentences.append("Check it and confirm the proposed names.")
        messages.success(request, " ".join(sentences))
    return redirect(reverse(work.change_view_name, args=[work.pk]))


def _build_preview(prepared: imports.PreparedImport, form: ImportForm, *, kinds: Collection[str]) -> dict[str, Any]:
    cleaned, shown = form.cleaned_data, replace(prepared, document=shorten_document(prepared.document, kinds=kinds))
    confirmation_form = ImportForm(
        initial={
            "shown": base64.b64encode(cleaned["content"]).decode(),
            "name": cleaned["name"],
            "format": cleaned["format"],
            "headline": cleaned["headline"],
            "into": cleaned["into"].slug if cleaned["into"] else "",
            "first_line": prepared.takes_first_line,
        }
    )
    return {
        "reading": shown,
        "report": prepared.report(),
        "again": confirmation_form,
        "new_names": list_new_names(prepared.document),
        "title": "Import preview",
    }
