"""Every screen of the desk is at most two clicks from every other, for each role."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from newsroom.desk.navigation import GROUPS, MAIN
from tests.browser.desk_screens import make_screens

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

MAX_CLICKS = 2
ACCOUNT = ("account", "account_change_password", "mfa_index", "admin:notification_preferences")


class Navigation(HTMLParser):
    """The navigation of a screen: ``clicks`` maps the path of each link to the clicks that it takes.

    Opening a ``<details>`` takes one, except for the outermost of the main navigation: *Menu* is open on wide windows,
    and shows everything on narrow ones.
    """

    names = {"Main navigation": 0, "Account": 1}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.clicks: dict[str, int] = {}
        self.level = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "nav":
            self.level = self.names.get(attributes.get("aria-label"))
        elif self.level is None:
            return
        elif tag == "details":
            self.level += 1
        elif tag == "form" and attributes.get("role") == "search":
            self.clicks[attributes["action"]] = self.level
        elif tag == "a":
            self.clicks[attributes["href"]] = self.level

    def handle_endtag(self, tag):
        if tag == "nav":
            self.level = None
        elif tag == "details" and self.level is not None:
            self.level -= 1


def list_opened(client, addresses):
    """Return the HTML of each address that the user of the client may open, keyed by address."""
    responses = {address: client.get(address) for address in addresses}
    return {address: each.content.decode() for address, each in responses.items() if each.status_code == 200}


@pytest.mark.parametrize("client_name", ["writer_client", "editor_client", "curator_client", "administrator_client"])
def test_every_screen_leads_to_every_other_in_two_clicks(request, client_name):
    client = request.getfixturevalue(client_name)
    places = [view for _, view, _ in (*MAIN, *(screen for _, screens in GROUPS for screen in screens))]
    places = ["admin:index", *places, "admin:search", "admin:notifications", "account"]
    targets = list_opened(client, [reverse(view) for view in places])
    screens = list_opened(client, [*make_screens().values(), *map(reverse, ACCOUNT)]) | targets
    assert len(screens) > 40
    far = {}
    for address, html in screens.items():
        clicks = Navigation(html).clicks
        if missing := [path for path in targets if clicks.get(path, MAX_CLICKS + 1) > MAX_CLICKS]:
            far[address] = missing
    assert far == {}
    assert max(Navigation(screens[reverse("admin:index")]).clicks.values()) == MAX_CLICKS
