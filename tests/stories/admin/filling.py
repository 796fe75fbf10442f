"""Reads a form of the desk as a browser without scripts would send it."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._hidden = 0
        self._text: str | None = None
        self._select: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value if value is not None else "" for name, value in attrs}
        name = named.get("name", "")
        if tag == "template":
            self._hidden += 1
        if self._hidden or "disabled" in named:
            return
        if tag == "input" and name:
            kind = named.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in named:
                return
            if kind not in {"submit", "file", "image"}:
                self.values[name] = named.get("value", "on" if kind in {"checkbox", "radio"} else "")
        elif tag == "textarea":
            self._text, self.values[name] = name, ""
        elif tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select:
            if self._first is None:
                self._first = named.get("value", "")
                self.values[self._select] = self._first
            if "selected" in named:
                self.values[self._select] = named.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text and not self._hidden:
            self.values[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._hidden -= 1
        elif tag == "textarea" and self._text:
            # The first line break after the opening tag is the parser's, not the text's.
            self.values[self._text] = self.values[self._text].removeprefix("\r\n").removeprefix("\n")
            self._text = None
        elif tag == "select":
            self._select = None


def filled(response) -> dict[str, str]:
    """Return every control of the page with what stands in it, leaving out buttons and what is disabled."""
    return filled_of(response.content.decode())


def filled_of(page: str) -> dict[str, str]:
    """Return the same of a page that came otherwise than by the test client."""
    parser = _Controls()
    parser.feed(page)
    return parser.values
