"""Write down what a response says: the words of a page, or the sentences for a script."""

from collections.abc import Iterable
from typing import Any

from tests.journeys.words.extract import extract_words

# The keys under which responses in JSON contain sentences or HTML for people.
_KEYS = ("error", "said", "html", "findings")


def describe_pages(responses: Iterable[tuple[str, Any]]) -> str:
    """Return the words of responses, each given with its name."""
    return "\n".join(line for name, response in responses for line in describe(name, response))


def describe(name: str, response: Any) -> list[str]:
    """Return the words of a response below its name and its status, whatever that is; return [] if it has no words."""
    words = read_words(response)
    return [f"== {name} {response.status_code}", *words, ""] if words else []


def read_words(response: Any) -> list[str]:
    """Return the words of a page in HTML or what scripts show of JSON; for any other response, an empty list."""
    content_type = response.get("Content-Type", "")
    if content_type.startswith("text/html"):
        return extract_words(response.content.decode())  # a redirect is HTML without content
    values = response.json() if content_type == "application/json" else None
    return [line for key in _KEYS if isinstance(values, dict) for line in extract_words(str(values.get(key, "")))]
