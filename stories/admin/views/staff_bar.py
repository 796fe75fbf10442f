"""The staff bar on public pages: the publication status of the page, and links to its screens at the desk.

The page itself is the same for everybody and is cached. A script requests the bar, which depends on the user and is
never cached.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from newsroom.accounts.models import Contributor, User
from newsroom.accounts.permissions import signed_in_user
from newsroom.accounts.refusals import mark_other_refusal
from newsroom.http.clock import request_time
from newsroom.http.languages import has_interface_in, primary_subtag
from newsroom.public_pages import find_page
from newsroom.site.models import AboutPage
from stories.admin.views.work.base import change_address
from stories.drafts.publication_status import find_at_address, get_publication_status
from stories.models import Outlet, WorkKind
from stories.publishing.pipeline import PUBLISH_PERMISSION
from topics.models import Topic

VIEW_PERMISSION = "stories.view_work"
MODELS: dict[str, type[Model]] = {"topic": Topic, "source": Outlet, "author": Contributor, "about": AboutPage}


@dataclass(frozen=True, slots=True)
class StaffBar:
    """The content of the bar, with the addresses that the user may open; ``kind`` is the kind of the page."""

    kind: str = ""
    may_change: bool = False
    change_address: str = ""
    correct_address: str = ""
    preview_address: str = ""
    history_address: str = ""
    publication_status: str = ""
    state: str = ""
    goes_live: datetime | None = None


@require_GET
def staff_bar(request: HttpRequest) -> HttpResponse:
    """Return the bar for the page whose address is in ``?page=``; ``?language=`` is the language of the page.

    The status is 403 for users who may not see works.
    """
    if not (admin.site.has_permission(request) and request.user.has_perm(VIEW_PERMISSION)):
        mark_other_refusal(request)  # the script asks by itself on each page that the user reads
        return _forbid_caching(HttpResponse(status=403))
    user, at = signed_in_user(request), request_time(request)
    with translation.override(_choose_language(request.GET.get("language", ""))):
        context = {"bar": _build_bar(_resolve(request.GET.get("page", "")), user, at=at), "person": user, "at": at}
        return _forbid_caching(render(request, "components/staff_bar.html", context))


def _forbid_caching(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response


def _choose_language(language: str) -> str:
    """Return the language of the page if the interface is translated into it, otherwise the language of the desk."""
    return primary_subtag(language) if has_interface_in(language) else settings.LANGUAGE_CODE


def _resolve(page: str) -> ResolverMatch | None:
    try:
        return resolve(unquote(page))
    except Resolver404:
        return None


def _build_bar(match: ResolverMatch | None, user: User, *, at: datetime) -> StaffBar:
    page, slug = find_page(match), str(match.kwargs.get("slug", "")) if match else ""
    if page is None:
        return StaffBar()
    if page.kind in WorkKind.values:
        return _build_work_bar(WorkKind(page.kind), slug, user, at=at)
    if page.kind in MODELS:
        return _build_model_bar(page.kind, MODELS[page.kind], slug, user)
    if page.name == "front_page" and user.has_perm("stories.change_frontplace"):
        return StaffBar(page.name, may_change=True, change_address=reverse("admin:front_page"))
    return StaffBar()


def _build_work_bar(kind: WorkKind, slug: str, user: User, *, at: datetime) -> StaffBar:
    work: Any = find_at_address(kind, slug, at=at)
    if work is None or not user.has_perm(f"stories.view_{kind.model}"):
        return StaffBar()
    status, view = get_publication_status(work), f"admin:stories_{kind.model}"
    may_change = user.has_perm(f"stories.change_{kind.model}")
    may_correct = status.is_live and may_change and user.has_perm(PUBLISH_PERMISSION)
    return StaffBar(
        kind,
        may_change=may_change,
        change_address=reverse(f"{view}_change", args=[work.pk]),
        correct_address=change_address(work, corrects=True) if may_correct else "",
        preview_address=reverse(f"{view}_preview", args=[work.pk]) if status.is_unpublished else "",
        history_address=reverse(f"{view}_history", args=[work.pk]),
        publication_status=status,
        state=work.state,
        goes_live=work.goes_live,
    )


def _build_model_bar(kind: str, model: type[Model], slug: str, user: User) -> StaffBar:
    label, name = model._meta.app_label, model._meta.model_name
    may_change = user.has_perm(f"{label}.change_{name}")
    if not (may_change or user.has_perm(f"{label}.view_{name}")):
        return StaffBar()
    try:
        instance = model._default_manager.get(slug=slug)
    except ObjectDoesNotExist:
        return StaffBar()
    view = f"admin:{label}_{name}"
    return StaffBar(
        kind,
        may_change=may_change,
        change_address=reverse(f"{view}_change", args=[instance.pk]),
        history_address=reverse(f"{view}_history", args=[instance.pk]),
    )
