"""The *Help* page: how the desk works, and its keyboard shortcuts."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from newsroom.desk.views import DeskView


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A keyboard shortcut and its effect; ``mac_keys`` is the shortcut on a Mac if it differs."""

    keys: str
    effect: str
    mac_keys: str = ""


MODIFIER_SHORTCUTS = (
    Shortcut("Ctrl+S", "Save", "Cmd+S"),
    Shortcut("Ctrl+Shift+Enter", "Save and publish", "Cmd+Shift+Enter"),
    Shortcut("Ctrl+Alt+M", "Comment on the selected words", "Cmd+Option+M"),
    Shortcut("F8", "Go to the next finding"),
    Shortcut("Alt+Page Down", "Go to the next section of the form", "Option+Page Down"),
    Shortcut("Alt+Page Up", "Go to the previous section", "Option+Page Up"),
)
SINGLE_KEY_SHORTCUTS = (
    Shortcut("?", "Show this list"),
    Shortcut("p", "Preview"),
    Shortcut("c", "Comment"),
    Shortcut("n", "Go to the next finding"),
    Shortcut("s", "Go to the next section of the form"),
    Shortcut("Shift+S", "Go to the previous section"),
)
EDITOR_SHORTCUTS = (
    Shortcut("Ctrl+B", "Bold", "Cmd+B"),
    Shortcut("Ctrl+I", "Italic", "Cmd+I"),
    Shortcut("Ctrl+K", "Link", "Cmd+K"),
    Shortcut("[[", "Link to a story, a question or a topic by its name"),
    Shortcut("[@", "Cite a source on this page"),
    Shortcut("Shift+Tab", "Go to the toolbar; move along it with the arrow keys, return with Esc"),
    Shortcut("Ctrl+Z", "Undo typing, pasting or inserting", "Cmd+Z"),
    Shortcut("Ctrl+Shift+V", "Paste as plain text", "Cmd+Shift+V"),
)


class HelpView(DeskView):
    template_name = "admin/help.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render(
            {
                "title": "Help",
                "combined": MODIFIER_SHORTCUTS,
                "plain": SINGLE_KEY_SHORTCUTS,
                "writing": EDITOR_SHORTCUTS,
            }
        )
