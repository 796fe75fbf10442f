"""The base of changelists with saved views and chosen columns."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from newsroom.desk.changelists import saved_views
from newsroom.desk.changelists.changelist import VIEW_VAR, BoundedAdmin
from newsroom.desk.models import SavedView
from newsroom.desk.responses import require_user

NOT_UNDERSTOOD = "Part of what was asked of this list is not understood, or not any more. All of it is shown."


class SavedViewsAdmin(BoundedAdmin):
    """A changelist whose columns can be chosen, and whose filters, search and order can be saved as views.

    ``list_display`` are the columns at first, ``further_columns`` can be added. The column that links to the form is
    always shown.
    """

    further_columns: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("views/", view(require_POST(self.keep_view)), name=f"{name}_views"),
            path("views/<int:key>/", view(require_POST(self.change_kept_view)), name=f"{name}_view"),
            path("columns/", view(require_POST(self.columns_view)), name=f"{name}_columns"),
            *super().get_urls(),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns of the open view, else those that the user chose, else those of the list."""
        kept = self._opened(request) or next((view for view in self._views(request) if not view.name), None)
        chosen = self._known(kept.columns) if kept else []
        return chosen or [str(name) for name in self.list_display]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with its saved views. The action of “select across” counts as a selection."""
        if request.method == "POST" and request.POST.get("select_across") == "1":
            sent = request.POST.copy()
            sent.setdefault(ACTION_CHECKBOX_NAME, "0")
            request.POST = sent  # type: ignore[assignment]  # Django's own test client assigns it too
        if self.has_view_or_change_permission(request) and request.method == "GET":
            if request.GET.get(VIEW_VAR) and self._opened(request) is None:
                messages.warning(request, "This view is not there any more.")
                return HttpResponseRedirect(self._listing(request.GET.urlencode()))
            if request.GET.get(ERROR_FLAG):
                messages.warning(request, NOT_UNDERSTOOD)
                return HttpResponseRedirect(request.path)
        return super().changelist_view(request, {**self._offered(request), **(extra_context or {})})

    def keep_view(self, request: HttpRequest) -> HttpResponse:
        """Save the list as it is shown as a view."""
        self._listing_person(request)
        query = request.POST.get("query", "")
        try:
            view = saved_views.save_view(
                self._label(),
                request.POST.get("name", ""),
                query=query,
                columns=self._known(request.POST.getlist("column")),
                is_shared="is_shared" in request.POST,
                by=self._listing_person(request),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(self._listing(query))
        messages.success(request, f"Kept as “{view}”{', for everybody at the desk' if view.is_shared else ''}.")
        return HttpResponseRedirect(self._view_address(view))

    def change_kept_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Rename, share, delete or replace one of the user's own views."""
        by = self._listing_person(request)
        view = next((view for view in self._views(request) if view.pk == key and view.name), None)
        if view is None:
            raise Http404
        try:
            if "throw_away" in request.POST:
                saved_views.delete_view(view, by=by)
                messages.success(request, f"The view “{view}” is thrown away. The list is as it was.")
                return HttpResponseRedirect(self._listing(""))
            saved_views.change_view(
                view,
                request.POST.get("name", ""),
                is_shared="is_shared" in request.POST,
                query=request.POST.get("query"),
                columns=self._known(request.POST.getlist("column")) or view.columns,
                by=by,
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, f"The view “{view}” is changed.")
        return HttpResponseRedirect(reverse(self._name("changelist")) + f"?{VIEW_VAR}={key}")

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """Store the columns of the list, or of one of the user's own views."""
        by = self._listing_person(request)
        columns = self._known(request.POST.getlist("column"))
        key = request.POST.get(VIEW_VAR, "")
        view = next((view for view in self._views(request) if str(view.pk) == key and view.owner_id == by.pk), None)
        saved_views.choose_columns(self._label(), columns, by=by, view=view)
        return HttpResponseRedirect(self._listing(request.POST.get("query", ""), view))

    def _listing_person(self, request: HttpRequest) -> AbstractUser:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return require_user(request)

    def _views(self, request: HttpRequest) -> list[SavedView]:
        known: dict[str, list[SavedView]] = vars(request).setdefault("saved_views", {})
        if self._label() not in known and isinstance(request.user, AbstractUser):
            known[self._label()] = list(SavedView.objects.within_sight(request.user, self._label()))
        return [view for view in known.get(self._label(), []) if view.name or view.owner_id == request.user.pk]

    def _opened(self, request: HttpRequest) -> SavedView | None:
        asked = request.GET.get(VIEW_VAR)
        return next((view for view in self._views(request) if view.name and str(view.pk) == asked), None)

    def _label(self) -> str:
        return self.opts.label_lower

    def _name(self, screen: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{screen}"

    def _view_address(self, view: SavedView) -> str:
        return self._listing(view.query, view)

    def _listing(self, query: str, view: SavedView | None = None) -> str:
        """Return the address of the list for ``query``, with the view open."""
        try:
            asked = saved_views.clean_query(query)
        except ValidationError:
            asked = ""
        parts = [part for part in (asked, urlencode({VIEW_VAR: view.pk}) if view else "") if part]
        return reverse(self._name("changelist")) + (f"?{'&'.join(parts)}" if parts else "")

    def _all_columns(self) -> list[str]:
        return list(dict.fromkeys(map(str, [*self.list_display, *self.further_columns])))

    def _stays(self) -> str:
        return str((self.list_display_links or self.list_display)[0])

    def _known(self, columns: Any) -> list[str]:
        """Return those of the columns that the list has, in its order, with the fixed column; [] if none is known."""
        wanted = {column for column in columns if isinstance(column, str)} if isinstance(columns, list) else set()
        chosen = [column for column in self._all_columns() if column in wanted or column == self._stays()]
        return chosen if wanted & set(chosen) else []

    def _offered(self, request: HttpRequest) -> dict[str, Any]:
        shown, opened = self.get_list_display(request), self._opened(request)
        named = [view for view in self._views(request) if view.name]
        columns = [
            (name, capfirst(str(label_for_field(name, self.model, self))), name in shown, name == self._stays())
            for name in self._all_columns()
        ]
        return {
            "views": [(view, self._view_address(view), view == opened) for view in named],
            "opened": opened,
            "owns_opened": opened is not None and opened.owner_id == request.user.pk,
            "columns": columns,
            "query": request.GET.urlencode(),
            "views_address": reverse(self._name("views")),
            "view_address": reverse(self._name("view"), args=[opened.pk]) if opened else "",
            "columns_address": reverse(self._name("columns")),
        }
