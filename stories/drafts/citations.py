"""Number the articles that a work cites, and sort the outlets of a passage."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.models import Article, Citation, Outlet, SourceSummary, Work


@transaction.atomic
def cite_article(work: Work, article: Article) -> Citation:
    """Return the citation of ``article`` in ``work``; create it with the next number if necessary.

    A number is never reused, even if its citation is deleted. Raise WorkErasedError if the work has been erased.
    """
    locked = Work.objects.lock_existing(work.pk)
    if existing := Citation.objects.filter(work=locked, article=article).first():
        return existing
    locked.citations_given += 1
    locked.save(update_fields=["citations_given"])
    work.citations_given = locked.citations_given
    return Citation.objects.create(work=locked, article=article, number=locked.citations_given)


def list_cited_urls(work_key: int) -> dict[int, str]:
    """Return the URL of each article that the work with this primary key cites, keyed by number."""
    return dict(Citation.objects.filter(work=work_key).values_list("number", "article__url"))


def cite_passages(keys: Collection[int]) -> None:
    """Create the missing citations of articles on which passages of these stories draw.

    ``keys`` are the primary keys of the stories, which must be locked.
    """
    cited = Citation.objects.filter(work=OuterRef("sourcesummary__story"), article=OuterRef("article"))
    rows = SourceSummary.articles.through.objects.filter(~Exists(cited), sourcesummary__story__in=keys)
    ordered = rows.order_by("sourcesummary__position", "sourcesummary", "article")
    # The dictionaries serve as ordered sets, because several passages may draw on the same article.
    uncited: dict[int, dict[int, None]] = {}
    for story, article in ordered.values_list("sourcesummary__story", "article"):
        uncited.setdefault(story, {})[article] = None
    for work in Work.objects.select_for_update().filter(pk__in=uncited).order_by("pk") if uncited else ():
        first = work.citations_given + 1
        Citation.objects.bulk_create(
            Citation(work=work, article_id=article, number=number)
            for number, article in enumerate(uncited[work.pk], start=first)
        )
        work.citations_given += len(uncited[work.pk])
        work.save(update_fields=["citations_given"])


def sort_outlets(text: str, outlets: Iterable[Outlet], proposed: Iterable[str]) -> tuple[NamedOutlet, ...]:
    """Return the outlets of a passage in order of first mention in its text, then by name."""
    confirmed = [(NamedOutlet(uid=outlet.uid, name=outlet.name), outlet.folded_names()) for outlet in outlets]
    return sort_by_mention(text, [*confirmed, *build_proposed_outlets(proposed)])


def build_proposed_outlets(names: Iterable[str]) -> list[tuple[NamedOutlet, list[str]]]:
    """Return an outlet without a uid for each proposed name, with its folded name."""
    return [(NamedOutlet(uid=None, name=name), [fold(name)]) for name in names]


def sort_by_mention(text: str, outlets: Iterable[tuple[NamedOutlet, Sequence[str]]]) -> tuple[NamedOutlet, ...]:
    """Return the outlets, each given with its folded names, in order of first mention in the text, then by name."""
    folded = fold(text)

    def sort_key(entry: tuple[NamedOutlet, Sequence[str]]) -> tuple[int, str]:
        outlet, names = entry
        first_mention = min((start for name in names if (start := folded.find(name)) >= 0), default=len(folded))
        return first_mention, outlet.name

    return tuple(outlet for outlet, _ in sorted(outlets, key=sort_key))
