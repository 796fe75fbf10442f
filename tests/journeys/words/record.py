"""Write down what a response says: the words of a page, the messages after a POST, and the sentences for scripts."""

from collections.abc import Container, Iterable
from typing import Any

from django.contrib.messages import get_messages

from tests.journeys.words.extract import extract_words

# The keys under which responses in JSON contain sentences or HTML for people.
_KEYS = ("error", "said", "html", "findings")


def describe_pages(responses: Iterable[tuple[str, Any]]) -> str:
    """Return the words of responses, each given with its name."""
    return "\n".join(line for name, response in responses for line in describe(name, response))


def describe(name: str, response: Any, *, known: Container[str] = ()) -> list[str]:
    """Return the words of a response below its name and its status, whatever that is.

    Leave out lines that are in ``known``. Return [] if there are no others.
    """
    words = [line for line in read_words(response) if line not in known]
    return [f"== {name} {response.status_code}", *words, ""] if words else []


def describe_outcome(response: Any, *, known: Container[str]) -> list[str]:
    """Return what a response says about a POST: its messages, and its words other than the lines in ``known``."""
    messages = get_messages(response.wsgi_request)  # also those that the next page will show
    lines = [f"{each.level_tag}: {line}" for each in messages for line in extract_words(str(each))]
    return lines + [line for line in read_words(response) if line not in known]


def read_words(response: Any) -> list[str]:
    """Return the words of a page in HTML or what scripts show of JSON; for any other response, an empty list."""
    content_type = response.get("Content-Type", "")
    if content_type.startswith("text/html"):
        return extract_words(response.content.decode())  # a redirect is HTML without content
    values = response.json() if content_type == "application/json" else None
    return [line for key in _KEYS if isinstance(values, dict) for line in extract_words(str(values.get(key, "")))]
