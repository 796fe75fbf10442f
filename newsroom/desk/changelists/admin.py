"""The base of changelists with saved views and chosen columns."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from newsroom.desk.changelists import saved_views
from newsroom.desk.changelists.changelist import VIEW_VAR, BoundedAdmin
from newsroom.desk.changelists.views import ChangeViewView, ColumnsView, SaveViewView
from newsroom.desk.models import SavedView
from newsroom.http.request_state import RequestState

NOT_UNDERSTOOD = "Part of what was asked of this list is not understood, or not any more. All of it is shown."


# The saved views that the user may see, by changelist.
_VIEWS: RequestState[dict[str, list[SavedView]]] = RequestState(dict)


class SavedViewsAdmin(BoundedAdmin):
    """A changelist whose columns can be chosen, and whose filters, search and order can be saved as views.

    ``list_display`` are the columns at first, ``further_columns`` can be added. The column that links to the form is
    always shown.
    """

    further_columns: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name, enter = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("views/", enter(SaveViewView.as_view(model_admin=self)), name=f"{name}_saved_views"),
            path("views/<int:key>/", enter(ChangeViewView.as_view(model_admin=self)), name=f"{name}_saved_view"),
            path("columns/", enter(ColumnsView.as_view(model_admin=self)), name=f"{name}_columns"),
            *super().get_urls(),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns of the open view, else those that the user chose, else those of the list."""
        kept = self._opened(request) or next((view for view in self.get_views(request) if not view.name), None)
        chosen = self.known_columns(kept.columns) if kept else []
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
                return HttpResponseRedirect(self.list_address(request.GET.urlencode()))
            if request.GET.get(ERROR_FLAG):
                messages.warning(request, NOT_UNDERSTOOD)
                return HttpResponseRedirect(request.path)
        return super().changelist_view(request, {**self._offered(request), **(extra_context or {})})

    def get_views(self, request: HttpRequest) -> list[SavedView]:
        """Return the saved views of the list that the user may see, and the user's own choice of columns."""
        known, label = _VIEWS.get(request), self.opts.label_lower
        if label not in known and isinstance(request.user, AbstractUser):
            known[label] = list(SavedView.objects.within_sight(request.user, label))
        return [view for view in known.get(label, []) if view.name or view.owner_id == request.user.pk]

    def _opened(self, request: HttpRequest) -> SavedView | None:
        asked = request.GET.get(VIEW_VAR)
        return next((view for view in self.get_views(request) if view.name and str(view.pk) == asked), None)

    def _name(self, screen: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{screen}"

    def list_address(self, query: str, view: SavedView | None = None) -> str:
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

    def known_columns(self, columns: Any) -> list[str]:
        """Return those of the columns that the list has, in its order, with the fixed column; [] if none is known."""
        wanted = {column for column in columns if isinstance(column, str)} if isinstance(columns, list) else set()
        chosen = [column for column in self._all_columns() if column in wanted or column == self._stays()]
        return chosen if wanted & set(chosen) else []

    def _offered(self, request: HttpRequest) -> dict[str, Any]:
        shown, opened = self.get_list_display(request), self._opened(request)
        named = [view for view in self.get_views(request) if view.name]
        columns = [
            (name, capfirst(str(label_for_field(name, self.model, self))), name in shown, name == self._stays())
            for name in self._all_columns()
        ]
        return {
            "views": [(view, self.list_address(view.query, view), view == opened) for view in named],
            "opened": opened,
            "owns_opened": opened is not None and opened.owner_id == request.user.pk,
            "columns": columns,
            "query": request.GET.urlencode(),
            "views_address": reverse(self._name("saved_views")),
            "view_address": reverse(self._name("saved_view"), args=[opened.pk]) if opened else "",
            "columns_address": reverse(self._name("columns")),
        }
