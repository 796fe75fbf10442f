"""What two answers have in common where one is a draft: the page itself, without what only the other can say."""

import re

from django.http import HttpResponse

# Times; how many stories a topic has; what changed; the ways on from a page that is public; what its scripts go by.
_APART = re.compile(
    r'(?<=<time) datetime="[^"]*">[^<]*</time(?=>)'
    r"|, \d+ stor(?:y|ies), latest <time[^>]*>[^<]*</time>"
    r'|<section class="sheet" id="changes".*?</section>'
    r'|<footer class="sheet page-end-links">.*?</footer>'
    r'| data-work="[^"]*" data-edition="\d+"',
    re.DOTALL,
)


def main_of(response: HttpResponse) -> str:
    """Return the HTML inside ``main``, parted by single spaces, without what a draft and a public page do not share."""
    found = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(_APART.sub("", found[0]).split())
