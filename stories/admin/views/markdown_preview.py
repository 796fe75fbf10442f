"""The live preview of Markdown fields, whose texts may have short references."""

from django.http import HttpRequest

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.markdown_preview import MarkdownPreviewView
from stories.admin.drafts.short_references import CARRIED_NAMES
from stories.drafts.short_references import ShortNames, list_visible_kinds, resolve_names


class ReferencePreviewView(MarkdownPreviewView):
    """Return the posted Markdown, with the names that its form carries, as sanitised HTML."""

    def prepare_content(self, request: HttpRequest) -> str:
        """Return the Markdown with uids. A name that names nothing remains, so its link is shown as plain text."""
        carried = ShortNames.parse(request.POST.get(CARRIED_NAMES, ""))
        kinds = list_visible_kinds(signed_in_user(request))
        return resolve_names({"content": request.POST["content"]}, carried=carried, kinds=kinds).texts["content"]
