"""What the lists of works show and how they are narrowed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone

from newsroom.editing.saying import SHORT, said
from stories.desk.standing import WAITING, Standing, only, standing_of
from stories.models import State


class StandingFilter(admin.SimpleListFilter):
    """Narrows a list to works that stand alike; what lies in the bin is shown only when asked for."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every standing, and what waits."""
        return [*((standing.value, standing.label) for standing in Standing), (WAITING, "Waits for its time")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the list."""
        return only(queryset, self.value() or "")


class ReviewFilter(admin.SimpleListFilter):
    """Narrows a list to works that stand alike with their editors."""

    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every step of a review."""
        return [(state.value, state.label) for state in State if state != State.DRAFT]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Narrow the list."""
        return queryset.in_state(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


def _in_review(work: Any) -> str:
    if work.state == State.DRAFT:
        return ""
    waits_for = f" with {work.assigned_to}" if work.state == State.IN_REVIEW and work.assigned_to else ""
    return f"; {State(work.state).label.lower()}{waits_for}"


class WorkColumns:
    """The columns and the action that the lists of stories and of questions share."""

    actions: Any = ("publish_together",)

    @admin.action(description="Publish together, as a bundle", permissions=["publish"])
    def publish_together(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Lead to a new bundle in which the chosen works are ticked."""
        asked = urlencode({"work": list(works.values_list("pk", flat=True))}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:stories_bundle_add')}?{asked}")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Let those publish together who publish."""
        return request.user.has_perm("stories.publish_work")

    @admin.display(description="Title")
    def title(self, work: Any) -> str:
        """Name the work."""
        return str(work)

    @admin.display(description="Stands")
    def stands(self, work: Any) -> str:
        """Say in words how the work stands, with its edition and what waits first."""
        standing = standing_of(work)
        number = f", edition {work.public_label}" if standing in {Standing.LIVE, Standing.CHANGED} else ""
        following = f"; next on {said(work.goes_live, SHORT)}" if work.goes_live else ""
        return f"{standing.label}{number}{following}{_in_review(work)}"

    @admin.display(description="Saved", ordering="saved_at")
    def saved(self, work: Any) -> str:
        """Say when it was saved last."""
        return date(timezone.localtime(work.saved_at), "j M Y, H:i") if work.saved_at else "never"

    @admin.display(description="Owner", ordering="owner__first_name")
    def owned_by(self, work: Any) -> str:
        """Name the owner."""
        return str(work.owner) if work.owner else "nobody"
