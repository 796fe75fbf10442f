"""The list of overrides: what went out against a blocker, why, and who has looked at it since."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.permissions import NotAllowedError, person
from newsroom.editing.screens import DeskAdmin
from stories import overriding
from stories.models import Override


class ReviewedFilter(admin.SimpleListFilter):
    """Narrows the list to what nobody else has looked at, or to the rest."""

    title = "review"
    parameter_name = "reviewed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("no", "Waits for a second person"), ("yes", "Reviewed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Override]:
        """Narrow the list."""
        match self.value():
            case "no":
                return queryset.waiting()  # type: ignore[no-any-return]
            case "yes":
                return queryset.reviewed()  # type: ignore[no-any-return]
            case _:
                return queryset  # type: ignore[no-any-return]


class ReviewForm(forms.ModelForm[Override]):
    """What a second person thinks of an override."""

    class Meta:
        model = Override
        fields = ("review_note",)
        labels = {"review_note": "What you think of it"}
        widgets = {"review_note": forms.Textarea({"rows": 3, "dir": "auto"})}


@admin.register(Override)
class OverrideAdmin(DeskAdmin):
    """Overrides, the newest first; each is reviewed once, by somebody else."""

    form = ReviewForm
    change_form_template = "admin/stories/override/form.html"
    list_display = ("what", "work", "reason", "by", "on", "review")
    list_display_links = ("what",)
    list_filter = (ReviewedFilter, ("by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("edition", "by", "reviewed_by")
    search_fields = ("edition__title", "message", "reason")
    search_help_text = "Title, finding or reason"
    actions = None

    @admin.display(description="Against")
    def what(self, override: Override) -> str:
        """Say what was found."""
        return override.message

    @admin.display(description="Page", ordering="edition__title")
    def work(self, override: Override) -> str:
        """Name the edition."""
        return f"{override.edition.title}, edition {override.edition.label}"

    @admin.display(description="On", ordering="at")
    def on(self, override: Override) -> str:
        """Say when it was overridden."""
        return date(timezone.localtime(override.at), "j M Y, H:i")

    @admin.display(description="Review")
    def review(self, override: Override) -> str:
        """Say who has looked at it."""
        return f"By {override.reviewed_by}" if override.reviewed_by else "Waits for a second person"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let overrides be made by publishing only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Override | None = None) -> bool:
        """Let every override stay on record."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Override | None = None) -> bool:
        """Let a second person review it, once."""
        may_review = request.user.has_perm(overriding.REVIEW_RIGHT)
        return may_review and (obj is None or (obj.reviewed_at is None and obj.by_id != request.user.pk))

    def save_model(self, request: HttpRequest, obj: Override, form: Any, change: bool) -> None:
        """Review it; whoever was faster is named."""
        try:
            overriding.review_override(obj, by=person(request), note=form.cleaned_data["review_note"])
        except ValidationError as refusal:
            vars(request)["refused"] = refusal.messages[0]
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def response_change(self, request: HttpRequest, obj: Override) -> HttpResponse:
        """Go back to the list."""
        if refused := vars(request).get("refused"):
            messages.error(request, refused)
        else:
            messages.success(request, "Your review is on record.")
        return HttpResponseRedirect(reverse("admin:stories_override_changelist"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the override beside the form."""
        override = kwargs.get("obj")
        if override:
            work = override.edition.work
            context |= {"override": override, "work_address": reverse(work.desk_view, args=[work.pk])}
        return super().render_change_form(request, context, *args, **kwargs)
