"""The view behind the live preview of Markdown fields, with the protocol of django-markdownx."""

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from markdownx.views import MarkdownifyView

from newsroom.desk.responses import json_refusal, json_too_many, json_view
from newsroom.http.rate_limits import acquire_slot
from newsroom.text.size_limits import describe_excess

MAX_PREVIEWS, SECONDS = 20, 10  # for each user
_edit_permissions: set[str] = set()


def register_permission(permission: str) -> None:
    """Open the preview to users with ``permission``, which lets them edit something that has a Markdown field."""
    _edit_permissions.add(permission)


@method_decorator(json_view, name="dispatch")
class MarkdownPreviewView(MarkdownifyView):  # type: ignore[misc]  # markdownx ships no types
    """Return the posted Markdown as sanitised HTML. Errors are JSON with a message, never a redirect."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Render ``content`` with the function that the settings name for django-markdownx."""
        if not any(map(request.user.has_perm, _edit_permissions)):
            return json_refusal("You don’t have permission to edit texts.", status=403)
        if "content" not in request.POST:
            return json_refusal("There is no text to preview.")
        if excess := describe_excess([request.POST["content"]]):
            return json_refusal(excess, status=413)
        if acquire_slot(f"markdown-preview:{request.user.pk}", MAX_PREVIEWS, seconds=SECONDS) is None:
            return json_too_many("Too many previews. Wait a few seconds.", seconds=SECONDS)
        posted = request.POST.copy()
        posted["content"] = self.prepare_content(request)
        request.POST = posted  # type: ignore[assignment]  # a mutable copy
        response: HttpResponse = super().post(request)
        return response

    def prepare_content(self, request: HttpRequest) -> str:
        """Return the posted Markdown unchanged. A subclass can convert it to what is rendered."""
        return request.POST["content"]
