"""Base class for changelists with saved views and configurable columns."""

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

NOT_UNDERSTOOD = "Some filters no longer exist. Showing the whole list."


# The saved views that are visible to the user, keyed by changelist.
_VIEWS: RequestState[dict[str, list[SavedView]]] = RequestState(dict)


class SavedViewsAdmin(BoundedAdmin):
    """A ModelAdmin with a changelist whose columns can be chosen, and whose filters, search and order can be saved.

    ``list_display`` names the default columns; the user can add ``further_columns``. The column that links to the form
    is always shown.
    """

    further_columns: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name, wrap = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("views/", wrap(SaveViewView.as_view(model_admin=self)), name=f"{name}_saved_views"),
            path("views/<int:key>/", wrap(ChangeViewView.as_view(model_admin=self)), name=f"{name}_saved_view"),
            path("columns/", wrap(ColumnsView.as_view(model_admin=self)), name=f"{name}_columns"),
            *super().get_urls(),
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return ``list_display``, unless the open view or, if none is open, the user has other columns."""
        view = self._get_open_view(request) or next((view for view in self.get_views(request) if not view.name), None)
        columns = self.known_columns(view.columns) if view else []
        return columns or [str(name) for name in self.list_display]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with its saved views, or redirect to it, with a warning, if the query string is invalid.

        “Select across” counts as a selection even if no row is checked.
        """
        if request.method == "POST" and request.POST.get("select_across") == "1":
            data = request.POST.copy()
            data.setdefault(ACTION_CHECKBOX_NAME, "0")
            request.POST = data  # type: ignore[assignment]  # Django's own test client assigns it too
        if self.has_view_or_change_permission(request) and request.method == "GET":
            if request.GET.get(VIEW_VAR) and self._get_open_view(request) is None:
                messages.warning(request, "This view has been deleted.")
                return HttpResponseRedirect(self.list_address(request.GET.urlencode()))
            if request.GET.get(ERROR_FLAG):
                messages.warning(request, NOT_UNDERSTOOD)
                return HttpResponseRedirect(request.path)
        return super().changelist_view(request, {**self._get_views_context(request), **(extra_context or {})})

    def get_views(self, request: HttpRequest) -> list[SavedView]:
        """Return the list's saved views that the user may see, and the view with the user's choice of columns."""
        views, label = _VIEWS.get(request), self.opts.label_lower
        if label not in views and isinstance(request.user, AbstractUser):
            views[label] = list(SavedView.objects.visible_to(request.user, label))
        return [view for view in views.get(label, []) if view.name or view.owner_id == request.user.pk]

    def _get_open_view(self, request: HttpRequest) -> SavedView | None:
        key = request.GET.get(VIEW_VAR)
        return next((view for view in self.get_views(request) if view.name and str(view.pk) == key), None)

    def _url_name(self, view_name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{view_name}"

    def list_address(self, query: str, view: SavedView | None = None) -> str:
        """Return the address of the list for ``query``, with ``view`` open. Leave ``query`` out if it is too long."""
        try:
            cleaned = saved_views.clean_query(query)
        except ValidationError:
            cleaned = ""
        parts = [part for part in (cleaned, urlencode({VIEW_VAR: view.pk}) if view else "") if part]
        return reverse(self._url_name("changelist")) + (f"?{'&'.join(parts)}" if parts else "")

    def _all_columns(self) -> list[str]:
        return list(dict.fromkeys(map(str, [*self.list_display, *self.further_columns])))

    def _get_fixed_column(self) -> str:
        return str((self.list_display_links or self.list_display)[0])

    def known_columns(self, columns: Any) -> list[str]:
        """Return the ``columns`` that the list has, in its order, and the fixed column.

        Return [] if the list has none of them.
        """
        names = {column for column in columns if isinstance(column, str)} if isinstance(columns, list) else set()
        known = [column for column in self._all_columns() if column in names or column == self._get_fixed_column()]
        return known if names & set(known) else []

    def _get_views_context(self, request: HttpRequest) -> dict[str, Any]:
        visible_columns, open_view = self.get_list_display(request), self._get_open_view(request)
        named_views = [view for view in self.get_views(request) if view.name]
        columns = [
            (
                name,
                capfirst(str(label_for_field(name, self.model, self))),
                name in visible_columns,
                name == self._get_fixed_column(),
            )
            for name in self._all_columns()
        ]
        return {
            "views": [(view, self.list_address(view.query, view), view == open_view) for view in named_views],
            "opened": open_view,
            "owns_opened": open_view is not None and open_view.owner_id == request.user.pk,
            "columns": columns,
            "query": request.GET.urlencode(),
            "views_address": reverse(self._url_name("saved_views")),
            "view_address": reverse(self._url_name("saved_view"), args=[open_view.pk]) if open_view else "",
            "columns_address": reverse(self._url_name("columns")),
        }
