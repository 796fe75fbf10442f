"""Read the outcome of a request to the desk: the codes of errors, the levels of messages, and the summary of a page."""

import re
from typing import Any

from django.contrib.messages import get_messages


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


def find_summary(response: Any) -> str:
    """Return the HTML of a page's summary; fail if there is none."""
    match = re.search(r'<p class="summary">(.*?)</p>', response.content.decode(), re.DOTALL)
    assert match, "the page has no summary"
    return match[1]
