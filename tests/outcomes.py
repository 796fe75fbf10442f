"""Read the outcome of a request: errors, messages, parts of the page, and the state of a review."""

import re
from html import unescape
from typing import Any

from django.contrib.messages import get_messages

from stories.models import State, Work


def list_errors(form: Any) -> list[tuple[str, str | None]]:
    """Return the name of the field and the code of each error of a form."""
    return [(name, error.code) for name, errors in form.errors.as_data().items() for error in errors]


def list_admin_errors(response: Any) -> list[tuple[str, str | None]]:
    """Return the name of the control, or the prefix of the formset, and the code of each error of an admin form."""
    form = response.context["adminform"].form
    found = list_errors(form)
    for rows in (each.formset for each in response.context["inline_admin_formsets"]):
        found += [(rows.prefix, error.code) for error in rows.non_form_errors().as_data()]
        found += [(row.add_prefix(name), code) for row in rows.forms for name, code in list_errors(row)]
    return found


def list_levels(response: Any) -> list[str]:
    """Return the levels of the messages that a page shows or that are stored for the next page."""
    return [message.level_tag for message in get_messages(response.wsgi_request)]


def join_messages(response: Any) -> str:
    """Return the messages that a page shows, separated by spaces."""
    return " ".join(str(message) for message in response.context["messages"])


def find_summary(response: Any) -> str:
    """Return the HTML of a page's summary; fail if there is none."""
    match = re.search(r'<p class="summary">(.*?)</p>', response.content.decode(), re.DOTALL)
    assert match, "the page has no summary"
    return match[1]


def get_text(response: Any) -> str:
    """Return the text between the masthead and the footer of a page, without tags."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert main, "the page has no content"
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def list_counts(html: str) -> list[tuple[str, str]]:
    """Return the name of each topic or outlet in a public list, with the number of its pages."""
    return re.findall(r'<h3><a [^>]*>([^<]+)</a></h3>\s*<p class="small">\D*(\d+)\D*</p>', html)


def get_state(work: Work) -> State:
    """Return the state of a work's review in the database."""
    return State(Work.objects.get(pk=work.pk).state)
