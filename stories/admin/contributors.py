"""The admin for bylines: the names, and what the public pages of authors say about them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from newsroom.accounts.models import Contributor, User
from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import ConcurrentEditAdmin, ConcurrentEditForm
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.admin import UniqueValuesAdmin
from newsroom.desk.changelists.columns import boolean_column
from newsroom.desk.changelists.filters import boolean_filter
from newsroom.desk.deletion import Alternative
from newsroom.desk.forms.markdown import MarkdownEditor, MarkdownField
from newsroom.desk.forms.name_fields import NameInput, NamesField
from newsroom.media.admin.picture_field import PictureFieldAdmin
from newsroom.media.forms import ImageField, ImageNameInput, newest_names
from newsroom.redirects.models import Address
from newsroom.text.slugs import slugify
from topics.models import Topic

MAX_TOPICS = 12
# With JavaScript, names are looked up as the user types. These suggestions are for browsers without JavaScript.
MAX_SUGGESTIONS = 300


class ContributorForm(ConcurrentEditForm):
    topic_names = NamesField(
        list_id="topic-names", label="Topics", limit=MAX_TOPICS, help_text="Separate names with semicolons."
    )
    shown_picture = ImageField(
        label="Picture", required=False, help_text="Title in the picture library.", widget=ImageNameInput()
    )
    slug = forms.CharField(
        label="Address",
        max_length=200,
        required=False,
        help_text="The end of the URL. Leave empty to use the name.",
    )

    class Meta:
        model = Contributor
        fields: ClassVar = (
            "name",
            "user",
            "has_page",
            "is_former",
            "role",
            "languages",
            "description",
            "contact",
            "slug",
        )
        field_classes: ClassVar = {"description": MarkdownField}
        widgets: ClassVar = {"description": MarkdownEditor(rows=3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic_names"].widget = NameInput("topic-names", several=True, known_only=True)
        self.initial["shown_picture"] = self.instance.picture
        if self.instance.pk:
            self.initial["topic_names"] = [topic.name for topic in self.instance.topics.order_by("name")]

    def clean_topic_names(self) -> list[str]:
        """Return the names of the topics. Raise ValidationError if there is no topic with one of these names."""
        names: list[str] = self.cleaned_data["topic_names"]
        self.topics = Topic.objects.by_names(names)
        if unknown := [name for name in names if name not in self.topics]:
            raise ValidationError(f"There is no topic “{unknown[0]}”.", code="unknown")
        return names

    def clean_slug(self) -> str:
        """Return the slug. If none was entered, return the current one, or an unused one from the name for a page."""
        slug: str = self.cleaned_data["slug"].strip()
        if slug:
            return slugify(slug) or slug
        current: str = self.instance.slug
        if current or not self.cleaned_data.get("has_page"):
            return current
        name = self.cleaned_data.get("name", "")
        return Address.objects.find_free_slug(
            Contributor.address_kind, name, uid=self.instance.uid, taken=Contributor.objects.all()
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown_picture" in cleaned:
            self.instance.picture = cleaned["shown_picture"]
        return cleaned

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]  # the stubs leave it out
        self.instance.topics.set(self.topics.values())


@admin.register(Contributor)
class ContributorAdmin(PictureFieldAdmin, ConcurrentEditAdmin, AuditedAdmin, UniqueValuesAdmin):
    """The admin for bylines, which lists them by name."""

    form = ContributorForm
    fields = (
        "name", "user", "has_page", "slug", "is_former", "role", "topic_names", "languages", "description", "contact",
        "shown_picture",
    )  # fmt: skip
    fields_to_read = (
        "name", "user", "has_page", "slug", "is_former", "role", "known_topics", "languages", "description", "contact",
        "picture",
    )  # fmt: skip
    list_display = ("name", "role", "user", "has_public_page", "stories")
    list_select_related = ("user",)
    list_filter = (boolean_filter("has_page"), boolean_filter("is_former"))
    search_fields = ("name", "user__username")
    search_help_text = "Name or account"
    sortable_by = ("name",)
    change_form_template = "admin/accounts/contributor/form.html"
    has_public_page = boolean_column("has_page", "Has a public page", true="Public page", false="No page")

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Contributor]) -> list[Contributor]:
        """Return the contributors on a page of the list, each with their number of stories."""
        return attach_counts(rows, "story_count", lambda contributor: contributor.bylines.all())

    def get_alternative_to_deletion(self, obj: Model) -> Alternative:
        address = reverse("admin:accounts_contributor_change", args=[obj.pk])
        return Alternative("mark the person as former staff", f"{address}#id_is_former")

    @admin.display(description="Stories")
    def stories(self, contributor: Any) -> str:
        count = contributor.story_count
        return f"{format_count(count)} {'story' if count == 1 else 'stories'}" if count else "none"

    @admin.display(description="Topics")
    def known_topics(self, contributor: Contributor) -> str:
        return "; ".join(topic.name for topic in contributor.topics.order_by("name"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Without the related-widget wrapper of Django's admin, which opens popup windows.
        if db_field.name == "user":
            return db_field.formfield(queryset=User.objects.order_by("first_name", "username"), **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with suggestions for the picture and the topics."""
        topics = Topic.objects.unmerged().order_by("name").values_list("name", flat=True)
        context["suggestions"] = {
            "picture-names": newest_names(limit=MAX_SUGGESTIONS),
            "topic-names": list(topics[:MAX_SUGGESTIONS]),
        }
        return super().render_change_form(request, context, *args, **kwargs)
