"""Main forms for stories and questions; rows have separate forms."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict

from newsroom.accounts.models import Contributor, User, active_users
from newsroom.desk.forms.markdown import MarkdownEditor, MarkdownTextarea
from newsroom.desk.forms.name_fields import NamesField
from newsroom.http.converters import parse_number
from newsroom.media.forms import ImageField, fill_texts, thumbnail
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from newsroom.text.slugs import generate_slugs, slugify
from stories.admin.drafts.conflicts import Conflict
from stories.admin.drafts.finding_fields import ROWS
from stories.admin.drafts.short_references import describe_form_excess
from stories.admin.forms.rows.answers import AnswerStateField
from stories.admin.views.work.review_date import FIELDS, ReviewDateFields
from stories.documents import MAX_ROWS
from stories.models import FAQ, Story, Work, WorkKind
from stories.workflow import translations

FORM_UID = "begun_as"
FIELDS_STORED_ELSEWHERE = {FORM_UID, "base_revision", "sources_given", "owner_before", "note", "byline_names", *FIELDS}

# What people who may not confirm a title read in place of the tick. Until it is confirmed, a finding says who does.
CONFIRMED_TITLE = "An editor has confirmed the {}."
# Approving needs no new revision, so the tick can be missing from a title that is confirmed.
TITLE_THERE_BEFORE = "Tick to confirm the {}. Approving confirms it without the tick."

_NAMESPACE = UUID("2b7f1c1e-52f0-4c39-9d53-0f6f6a0c7a11")


def derive_uid(token: str, *, by: User) -> UUID:
    """Return the uid of the work that ``by`` creates with the form that carries this token."""
    return uuid5(_NAMESPACE, f"{by.pk} {token}")


class TitleInput(forms.Textarea):
    """A text field for a title, which grows with its text and joins pasted lines."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "headline", "rows": 2, "dir": "auto", "data-one-line": True})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """Return the submitted title in one line."""
        value = super().value_from_datadict(data, files, name)
        return value if value is None else " ".join(value.splitlines())


class WorkForm(ReviewDateFields, forms.ModelForm):  # type: ignore[type-arg]  # for stories and for questions
    """Base form for works: address, language, owner, review date, base revision and a note for readers."""

    kind: ClassVar[WorkKind]
    title_field: ClassVar[str]
    confirmed_field: ClassVar[str]
    by: ClassVar[User]
    conflict: ClassVar[Conflict | None] = None
    has_texts_to_merge: ClassVar[bool] = False
    has_unknown_names: ClassVar[bool] = False
    quick_fix_message: ClassVar[str] = ""

    base_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Values that no revision contains, from the time at which the form was opened: the last assigned source number, and
    # the key of the owner.
    sources_given = forms.CharField(required=False, widget=forms.HiddenInput)
    owner_before = forms.CharField(required=False, widget=forms.HiddenInput)
    # The token of the form for a new work. The uid is derived from it, so submitting the form twice creates one work.
    begun_as = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    slug = forms.CharField(
        label="Address",
        max_length=200,
        required=False,
        help_text="The end of the URL. Leave empty to use the title.",
    )
    owner = forms.ModelChoiceField(active_users(), required=False)
    note = forms.CharField(
        label="Note for readers",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One sentence. It is shown with the new edition.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = self.kind
        if self.confirmed_field in self.fields and not self.by.has_perm("stories.publish_work"):
            field, is_confirmed = self.fields[self.confirmed_field], self.initial.get(self.confirmed_field)
            field.disabled = True
            field.help_text = CONFIRMED_TITLE.format(self.title_field) if is_confirmed else ""
        elif not self.initial.get(self.title_field):
            # Whoever may confirm a title confirms the one that they type. One that is there already may be a suggestion.
            self.initial[self.confirmed_field] = True
            self.fields[
                self.confirmed_field
            ].help_text = f"Untick if another editor should approve the {self.title_field}."
        elif self.confirmed_field in self.fields:
            self.fields[self.confirmed_field].help_text = TITLE_THERE_BEFORE.format(self.title_field)
        if self.instance.pk:
            del self.fields[FORM_UID]
        else:
            self.initial[FORM_UID] = str(uuid4())
        newest = getattr(self.instance, "saved_number", None)
        base_state = {
            "sources_given": str(self.instance.citations_given),
            "owner_before": str(self.instance.owner_id or ""),
        }
        for name, value in {"base_revision": newest or "", **base_state}.items():
            self.initial[name] = value
        if self.conflict and isinstance(self.data, QueryDict):
            # The next save starts from the newest revision, because the page shows it beside the submitted text.
            data = self.data.copy()
            for name, value in {"base_revision": str(self.conflict.newest.number), **base_state}.items():
                data[self.add_prefix(name)] = value
            self.data = data

    def is_valid(self) -> bool:
        """Return whether the form has no errors. Unknown names in links are reported at their fields afterwards."""
        return super().is_valid() and not self.has_unknown_names

    def changes_own_row(self) -> bool:
        """Return whether the work's own row has to be saved."""
        return bool(set(self.changed_data) - FIELDS_STORED_ELSEWHERE)

    def validate_constraints(self) -> None:
        """Validate the constraints only if the row changed."""
        # An unchanged row passed when it was saved.
        if self.changes_own_row():
            super().validate_constraints()

    def clean_slug(self) -> str:
        """Return a slug made from the entered text, or else the current slug, or else one derived from the title.

        A slug that was derived from the title changes with the title until the address becomes public.
        """
        entered = self.cleaned_data["slug"].strip()
        title = self.data.get(self.add_prefix(self.title_field), "")
        if not (title and self._has_slug_of_old_title()):
            if entered:
                return slugify(entered) or entered
            if self.instance.slug:
                return str(self.instance.slug)
        same_kind = Work.objects.of_kind(self.kind)
        return Address.objects.find_free_slug(
            self.kind, title or f"untitled {self.kind}", uid=self.instance.uid, taken=same_kind
        )

    def _has_slug_of_old_title(self) -> bool:
        slug, old_title = self.instance.slug, self.initial.get(self.title_field) or f"untitled {self.kind}"
        return (
            self.title_field in self.changed_data
            and "slug" not in self.changed_data
            and slug in islice(generate_slugs(old_title), 20)
            and Address.objects.owner_uid(self.kind, slug) is None
        )

    def clean_begun_as(self) -> str:
        """Give a new work the uid that is derived from the token of its form."""
        token = str(self.cleaned_data[FORM_UID])
        if token:
            self.instance.uid = derive_uid(token, by=self.by)
        return token

    def clean_language(self) -> str:
        """Raise ValidationError for a new language in which the translation group already has a work."""
        language = str(self.cleaned_data["language"])
        changed = self.instance.pk and "language" in self.changed_data
        if changed and (refusal := translations.describe_language_conflict(self.instance, language)):
            raise forms.ValidationError(refusal, code="translated")
        return language

    def clean(self) -> dict[str, Any]:
        """Add errors if the save is too large or in conflict, or if the user has to check the form first.

        The user has to check the form after a quick fix, and while a field contains two texts to merge.

        If a user without the permission to confirm titles changes the title, mark it as unconfirmed. An empty title is not
        confirmed either, although the form for a new page is ticked from the start.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if excess := describe_form_excess(self.data):
            self.add_error(None, forms.ValidationError(excess, code="excess"))
        for name, limit in MAX_ROWS.items():
            # The form adds one blank row to each formset.
            if (parse_number(self.data.get(f"{ROWS.get(name, name)}-TOTAL_FORMS", ""), digits=9) or 0) > limit + 1:
                self.add_error(None, forms.ValidationError(f"A page has at most {limit} {name}.", code="many"))
        if self.conflict:
            self.add_error(None, forms.ValidationError(str(self.conflict), code="conflict"))
        if self.quick_fix_message:
            self.add_error(None, forms.ValidationError(self.quick_fix_message, code="fixed"))
        if self.has_texts_to_merge:
            self.add_error(
                None, forms.ValidationError("Not saved yet. Edit the two texts into one, then save.", code="both")
            )
        if self.title_field in self.changed_data and self.fields[self.confirmed_field].disabled:
            setattr(self.instance, self.confirmed_field, False)
            cleaned[self.confirmed_field] = False
        elif not self.initial.get(self.title_field) and not str(cleaned.get(self.title_field) or "").strip():
            cleaned[self.confirmed_field] = False  # ticked from the start, but there is still no title
        return cleaned

    def save_related_names(self) -> None:
        """Do nothing. A subclass can save names on the form that are stored in rows of other tables."""


class StoryForm(WorkForm):
    kind = WorkKind.STORY
    title_field = "headline"
    confirmed_field = "headline_confirmed"

    byline_names = NamesField(
        list_id="contributor-names", label="Byline", limit=50, help_text="Separate names with semicolons."
    )
    lead = ImageField(label="Lead picture", required=False, help_text="Title in the picture library.")

    class Meta:
        model = Story
        fields = (
            "headline", "headline_confirmed", "standfirst", "byline_names", "lead", "lead_alt", "lead_decorative",
            "lead_caption", "lead_credit", "method_note", "slug", "language", "owner", "cut_off", "note", "base_revision",
        )  # fmt: skip
        widgets: ClassVar = {
            "headline": TitleInput(),
            "standfirst": MarkdownEditor(rows=3),
            "lead_alt": forms.TextInput(attrs={"dir": "auto"}),
            "lead_caption": MarkdownTextarea(attrs={"rows": 2, "dir": "auto"}),
            "lead_credit": forms.TextInput(),
            "method_note": MarkdownEditor(rows=3),
            "language": forms.TextInput(),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["byline_names"] = self.instance.byline_names()
            self.initial["lead"] = self.instance.lead_image

    @property
    def thumbnail(self) -> str:
        """The lead image as a small HTML ``img`` element, or an empty string."""
        return thumbnail(self.instance.lead_image) if self.instance.lead_image else ""

    def clean_byline_names(self) -> list[Contributor]:
        """Return the contributors with these names; return [] for an unchanged byline.

        Raise ValidationError for an unknown name.
        """
        if "byline_names" not in self.changed_data:
            return []
        known = {fold(contributor.name): contributor for contributor in Contributor.objects.all()}
        names = self.cleaned_data["byline_names"]
        if unknown := [name for name in names if fold(name) not in known]:
            raise forms.ValidationError(
                f"There is no byline “{unknown[0]}”. An editor can add it under Bylines.",
                code="unknown",
            )
        return [known[fold(name)] for name in names]

    def clean(self) -> dict[str, Any]:
        """Assign the lead image. If it has changed, use its alternative text and credit where the form has none."""
        cleaned = super().clean()
        if "lead" in cleaned:
            self.instance.lead_image = cleaned["lead"]
            if cleaned["lead"] and "lead" in self.changed_data:
                fill_texts(cleaned["lead"], cleaned, "lead_")
        return cleaned

    def save_related_names(self) -> None:
        """Save the byline if it changed."""
        if "byline_names" in self.changed_data:
            self.instance.set_byline(self.cleaned_data["byline_names"])


class QuestionForm(WorkForm):
    kind = WorkKind.QUESTION
    title_field = "question"
    confirmed_field = "question_confirmed"

    # Named as in the document. The column has another name, because “state” is the state of the work.
    state = AnswerStateField(help_text="Readers see it below the question, with the dates.")

    class Meta:
        model = FAQ
        fields = (
            "question", "question_confirmed", "open_since", "missing", "could_answer", "short_answer",
            "short_answer_as_of", "short_answer_expires_on", "introduction", "slug", "language", "owner", "cut_off",
            "note", "base_revision",
        )  # fmt: skip
        help_texts: ClassVar = {
            "open_since": "The day on which the question arose.",
            "missing": "What has to be found out or published, such as “the log of the alarm panel”.",
            "could_answer": "The people or organisations that know, or will decide.",
            "short_answer_expires_on": "The last day on which it is valid. From the next day, readers see"
            " “May have changed”.",
        }
        widgets: ClassVar = {
            "question": TitleInput(),
            "open_since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "missing": MarkdownEditor(rows=2),
            "could_answer": forms.TextInput(attrs={"dir": "auto"}),
            "short_answer": MarkdownEditor(rows=3),
            "short_answer_as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "short_answer_expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "introduction": MarkdownEditor(rows=4),
            "language": forms.TextInput(),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("state", self.instance.answer_state)

    def clean(self) -> dict[str, Any]:
        """Assign the state of the question."""
        cleaned = super().clean()
        if "state" in cleaned:
            self.instance.answer_state = cleaned["state"]
        return cleaned
