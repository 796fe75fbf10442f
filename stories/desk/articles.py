"""Makes the articles that works share say what a document says of them."""

from collections.abc import Iterable

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from stories.desk.known import outlets_of
from stories.documents import CitedArticle
from stories.models import Article


def describe_articles(citations: Iterable[CitedArticle], *, by: User | None) -> None:
    """Give each article of ``citations`` that is kept here the address, title, outlet, date, author and paywall it has there.

    An article that says so already is not touched. What restoring a document leaves as it is, because other works cite
    it too, is changed here: call this where somebody changed it.
    """
    cited = list(citations)
    outlets = outlets_of(one.outlet for one in cited)
    known = {article.uid: article for article in Article.objects.filter(uid__in=[one.article for one in cited])}
    # In one order everywhere, so that two who change the same articles wait for each other instead of both failing.
    for one in sorted(cited, key=lambda one: one.article):
        if (article := known.get(one.article)) is None:
            continue
        outlet = outlets.get(one.outlet)
        said = {
            "url": one.url,
            "title": one.title[:500],
            "outlet_id": outlet.pk if outlet else None,
            "proposed_outlet": "" if outlet else one.outlet.name[:200],
            "published_on": one.published_on,
            "author": one.author[:300],
            "paywalled": one.paywalled,
        }
        changed = {name: value for name, value in said.items() if getattr(article, name) != value}
        if changed:
            with track_changes.kept(article, by=by):
                for name, value in changed.items():
                    setattr(article, name, value)
                article.save()
