"""Views that save, change and delete saved views of a changelist, and store chosen columns. They accept POST only."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from newsroom.desk.changelists import saved_views
from newsroom.desk.changelists.changelist import VIEW_VAR
from newsroom.desk.models import SavedView
from newsroom.desk.views import ModelView


class SavedViewsView(ModelView):
    """Base class for changes to a user's views of a list. The user must be allowed to see the list."""

    def prepare(self) -> None:
        self.require(self.model_admin.has_view_or_change_permission(self.request))

    def get_columns(self) -> list[str]:
        """Return the submitted columns that the list has, with its fixed column, or [] if it has none of them."""
        columns: list[str] = self.model_admin.known_columns(self.request.POST.getlist("column"))
        return columns

    def redirect_to_list(self, query: str, view: SavedView | None = None) -> HttpResponse:
        return HttpResponseRedirect(self.model_admin.list_address(query, view))


class SaveViewView(SavedViewsView):
    """Save the list with its current filters and columns as a view."""

    def post(self, request: HttpRequest) -> HttpResponse:
        query = request.POST.get("query", "")
        try:
            view = saved_views.save_view(
                self.model_admin.opts.label_lower,
                request.POST.get("name", ""),
                query=query,
                columns=self.get_columns(),
                is_shared="is_shared" in request.POST,
                by=self.by,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.redirect_to_list(query)
        shared = " and shared with everyone at the desk" if view.is_shared else ""
        messages.success(request, f"View “{view}” saved{shared}.")
        return self.redirect_to_list(view.query, view)


class ChangeViewView(SavedViewsView):
    """Rename, share, replace or delete one of the user's own views."""

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        views = self.model_admin.get_views(request)
        view = next((view for view in views if view.pk == key and view.name), None)
        if view is None:
            raise Http404
        try:
            if "throw_away" in request.POST:
                saved_views.delete_view(view, by=self.by)
                messages.success(request, f"View “{view}” deleted.")
                return self.redirect_to_list("")
            saved_views.change_view(
                view,
                request.POST.get("name", ""),
                is_shared="is_shared" in request.POST,
                query=request.POST.get("query"),
                columns=self.get_columns() or view.columns,
                by=self.by,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"View “{view}” updated.")
        return HttpResponseRedirect(f"{self.address('changelist')}?{VIEW_VAR}={key}")


class ColumnsView(SavedViewsView):
    """Store the columns of the list, or of one of the user's own views."""

    def post(self, request: HttpRequest) -> HttpResponse:
        by, key = self.by, request.POST.get(VIEW_VAR, "")
        views = self.model_admin.get_views(request)
        view = next((view for view in views if str(view.pk) == key and view.owner_id == by.pk), None)
        saved_views.choose_columns(self.model_admin.opts.label_lower, self.get_columns(), by=by, view=view)
        return self.redirect_to_list(request.POST.get("query", ""), view)
