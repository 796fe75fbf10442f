"""The content that the preview of a draft and the public page have in common."""

import re

from django.http import HttpResponse

# Times, the number of stories on a topic, the list of changes and, on public pages, controls, links at the end, the foot of paper
# and data attributes.
_DIFFERENCES = re.compile(
    r'(?<=<time) datetime="[^"]*">[^<]*</time(?=>)'
    r"|, \d+ stor(?:y|ies), latest <time[^>]*>[^<]*</time>"
    r'|<section class="sheet" id="changes".*?</section>'
    r'|<footer class="sheet page-end-links">.*?</footer>'
    r'|<div class="reader-tools".*?</div>'
    r'|<p class="print-foot">.*?</p>'
    r'| data-work="[^"]*" data-edition="\d+"'
    r'| data-updated="\d+"',
    re.DOTALL,
)


def extract_main(response: HttpResponse) -> str:
    """Return the HTML of ``main`` with normalised white space, without the parts that only one of the two pages has."""
    match = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert match
    return " ".join(_DIFFERENCES.sub("", match[0]).split())
