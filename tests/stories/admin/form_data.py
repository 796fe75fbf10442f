"""Read the values of a form, as a browser without JavaScript would submit them."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._template_depth = 0
        self._textarea: str | None = None
        self._select_name: str | None = None
        self._first_option: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value if value is not None else "" for name, value in attrs}
        name = attributes.get("name", "")
        if tag == "template":
            self._template_depth += 1
        if self._template_depth or "disabled" in attributes:
            return
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in attributes:
                return
            if kind not in {"submit", "file", "image"}:
                self.values[name] = attributes.get("value", "on" if kind in {"checkbox", "radio"} else "")
        elif tag == "textarea":
            self._textarea, self.values[name] = name, ""
        elif tag == "select":
            self._select_name, self._first_option = name, None
        elif tag == "option" and self._select_name:
            if self._first_option is None:
                self._first_option = attributes.get("value", "")
                self.values[self._select_name] = self._first_option
            if "selected" in attributes:
                self.values[self._select_name] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea and not self._template_depth:
            self.values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._template_depth -= 1
        elif tag == "textarea" and self._textarea:
            # In HTML, a line break immediately after the opening tag is ignored.
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\r\n").removeprefix("\n")
            self._textarea = None
        elif tag == "select":
            self._select_name = None


def filled(response) -> dict[str, str]:
    """Return the values of the controls on a page, keyed by name.

    Buttons, file inputs, and disabled or unchecked controls are left out.
    """
    return filled_of(response.content.decode())


def filled_of(page: str) -> dict[str, str]:
    """Return the same values for a page that is given as HTML."""
    parser = _Controls()
    parser.feed(page)
    return parser.values
