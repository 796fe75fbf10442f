"""Admin for overrides: the blocker, the edition published against it, the reason, and the review by a second person."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.desk.changelists.filters import with_title
from stories.admin.decision_admin import DecisionAdmin
from stories.models import Edition, Override
from stories.publishing import overrides


class ReviewedFilter(admin.SimpleListFilter):
    """Filter overrides by whether a second person has reviewed them."""

    title = "second check"
    parameter_name = "reviewed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Needs a second check"), ("yes", "Checked")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Override]:
        match self.value():
            case "no":
                return queryset.unreviewed()  # type: ignore[no-any-return]
            case "yes":
                return queryset.reviewed()  # type: ignore[no-any-return]
            case _:
                return queryset  # type: ignore[no-any-return]


class ReviewForm(forms.ModelForm[Override]):
    """Form for the review note on an override."""

    class Meta:
        model = Override
        fields = ("review_note",)
        labels = {"review_note": "Note"}
        widgets = {"review_note": forms.Textarea({"rows": 3, "dir": "auto"})}


@admin.register(Override)
class OverrideAdmin(DecisionAdmin):
    """Admin for overrides; each is reviewed once, by a user other than the one who overrode the check."""

    form = ReviewForm
    change_form_template = "admin/stories/override/form.html"
    list_display = ("finding", "edition_label", "reason", "by", "overridden_at", "review_label")
    list_display_links = ("finding",)
    list_filter = (ReviewedFilter, ("by", with_title(admin.RelatedOnlyFieldListFilter, "overridden by")))
    sortable_by = ("overridden_at",)
    list_select_related = ("by", "reviewed_by")
    search_fields = ("edition__title", "message", "reason")
    search_help_text = "Title, finding or reason"
    decided_message = "Marked as checked."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Override]:
        """Return the overrides, each with its edition and the number of that."""
        editions = Edition.objects.with_ordinals().defer("fragments")
        return super().get_queryset(request).prefetch_related(Prefetch("edition", editions))

    @admin.display(description="Overridden check")
    def finding(self, override: Override) -> str:
        return override.message

    @admin.display(description="Page", ordering="edition__title")
    def edition_label(self, override: Override) -> str:
        return f"{override.edition.title}, edition {override.edition.label}"

    @admin.display(description="Date", ordering="at")
    def overridden_at(self, override: Override) -> str:
        return date(timezone.localtime(override.at), "j M Y, H:i")

    @admin.display(description="Second check")
    def review_label(self, override: Override) -> str:
        return f"By {override.reviewed_by}" if override.reviewed_by else "Needs a second check"

    def has_change_permission(self, request: HttpRequest, obj: Override | None = None) -> bool:
        """Return whether the user may review overrides.

        If ``obj`` is given, it must be unreviewed, and an override by another user.
        """
        may_review = request.user.has_perm(overrides.REVIEW_PERMISSION)
        return may_review and (obj is None or (obj.reviewed_at is None and obj.by_id != request.user.pk))

    def decide(self, override: Override, cleaned_data: Mapping[str, Any], *, by: User) -> None:
        overrides.review_override(override, by=by, note=cleaned_data["review_note"])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the override and the address of its work."""
        override = kwargs.get("obj")
        if override:
            work = override.edition.work
            context |= {"override": override, "work_address": reverse(work.change_view_name, args=[work.pk])}
        return super().render_change_form(request, context, *args, **kwargs)
