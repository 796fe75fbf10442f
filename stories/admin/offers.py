"""The names that the fields of a form offer, loaded once for the whole page."""

from newsroom.accounts.models import Contributor
from newsroom.media.forms import titles_on_offer
from stories.models import FAQ, Outlet
from topics.models import Topic

# A list of this length is searched by typing; what is not in it is found all the same when it is written out.
MOST_SUGGESTED = 2_000
# Of these the script asks while a name is typed: the page brings along what serves without it.
MOST_ASKED = 300
# Articles are offered with their titles, so fewer of them: an older one is found by its address.
MOST_ARTICLES = 500


def offers() -> dict[str, list[str]]:
    """Return the names on offer by the id of their list, the newest first where there are too many to offer."""
    return {
        "outlet-names": list(Outlet.objects.on_offer().values_list("name", flat=True)[:MOST_ASKED]),
        "topic-names": list(Topic.objects.standing().values_list("name", flat=True)[:MOST_ASKED]),
        "question-names": list(
            FAQ.objects.on_the_desk()
            .exclude(question="")
            .order_by("-pk")
            .values_list("question", flat=True)[:MOST_SUGGESTED]
        ),
        "contributor-names": list(Contributor.objects.values_list("name", flat=True)[:MOST_SUGGESTED]),
        "picture-names": titles_on_offer(limit=MOST_ASKED),
    }
