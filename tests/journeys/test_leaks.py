"""Nothing from the desk leaks to readers: every text field contains a unique word, and every address is opened."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from newsroom.accounts.models import Contributor, User
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.site.models import AboutPage, Report
from stories import publishing
from stories.drafts import revisions
from stories.models import (
    FAQ,
    Article,
    Citation,
    Outlet,
    SharedPreview,
    SourceSummary,
    Story,
    Work,
    WorkImage,
    WorkTopic,
)
from stories.workflow import shared_previews, trash
from tests.factories import (
    file_of,
    make_article,
    make_author,
    make_image,
    make_outlet,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_update,
    make_user,
    reduce_checks_to_hints,
)
from tests.journeys.world import World, address_of, data_at, make_world, oembed_of, pages_of
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)
# Fields that are keys or have a fixed format, so that they cannot contain a unique word.
NOT_TEXT_FIELDS = {"uid", "slug", "language", "wikidata", "file", "digest", "kind"}
# Fields of a story and its rows that the search of the site covers.
SEARCHED_FIELDS = {"headline", "standfirst", "heading", "text", "wording", "teaser"}
# People who may see no works at the desk: anonymous, signed in without access, and with access but without a role.
OUTSIDERS = ("a stranger", "an account", "a desk without a role")


@pytest.fixture(autouse=True)
def _noon(monkeypatch) -> None:
    """Give every request the same time, later than all changes, so that responses that show the time do not differ."""

    def arrive(middleware: clock.RequestTimeMiddleware, request: clock.TimedRequest) -> HttpResponse:
        request.moment = NOON
        return middleware._get_response(request)

    monkeypatch.setattr(clock.RequestTimeMiddleware, "__call__", arrive)


class Words:
    """Unique words, each with the field that it was written to."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}
        self._letters = itertools.product("bdfgklmnprstvz", "aeiou", repeat=3)

    def one(self, where: str) -> str:
        """Return a new unique word for a field."""
        word = "qx" + "".join(next(self._letters))
        self.where[word] = where
        return word

    def write_into(self, row: models.Model) -> None:
        """Write a unique word into each field of the row that holds free text, and save the row."""
        for field in row._meta.concrete_fields:
            if (
                not isinstance(field, models.CharField | models.TextField)
                or field.choices
                or field.name in NOT_TEXT_FIELDS
                or field.name in {"answer_state", "state"}  # one of a few codes
            ):
                continue
            if field.name in {"proposed_name", "proposed_outlet"} or field.name.startswith("folded"):
                continue
            word = self.one(f"{row._meta.label}.{field.name}")
            value = f"https://{word}.example/{word}" if isinstance(field, models.URLField) else word
            value = f"{word}.example" if field.name == "further_hosts" else value
            setattr(row, field.name, f"{value}?" if field.name == "question" else value)
        row.save()


def parts_of(work: Work) -> list[models.Model]:
    """Return the work and the rows that belong only to it."""
    story, faq = getattr(work, "story", None), getattr(work, "faq", None)
    rows: list[models.Model] = [story or faq or work, *work.work_topics.all(), *work.pictures.all()]
    if story:
        rows += [*story.sections.exclude(kind="papers"), *story.passages.all(), *story.story_questions.all()]
    elif faq:
        rows += faq.answers.all()
    return rows


@dataclass(frozen=True)
class Hidden:
    """Objects with addresses whose content readers may not see, and tokens of links that open nothing."""

    draft: Story
    binned: Story
    withdrawn: Story
    question: FAQ
    topic: Topic
    outlet: Outlet
    author: Contributor
    image: Image
    about: AboutPage
    tokens: tuple[str, ...]


def make_full_story(**fields: Any) -> Story:
    """Make a draft with many kinds of rows, and with outlets, topics and other objects that no other story names."""
    outlet, topic = make_outlet(aliases=(f"Alias {uuid4().hex}",)), make_topic(picture=make_image())
    story = make_story(
        outlets=(outlet, make_outlet()),
        topics=(topic,),
        questions=(make_question(topics=(topic,)),),
        byline=(make_author(name=f"Person {uuid4().hex}", topics=(topic,), picture=make_image()).name,),
        articles=(make_article(outlet=outlet),),
        lead_image=make_image(),
        **{"lead_alt": "A pier", **fields},
    )
    SourceSummary.objects.create(story=story, text="A comparison.", position=9)
    placed = WorkImage.objects.create(work=story, image=make_image(), alt="A crane")
    story.sections.filter(kind="behind").update(text=f"Words.[@1]\n\n![](picture:{placed.uid})")
    revisions.record_revision(story, by=None)
    return story


def referenced_rows(story: Story) -> list[models.Model]:
    """Return the rows that the story refers to and that other stories could refer to."""
    work = Work.objects.get(pk=story.pk)
    return [
        *Outlet.objects.filter(passages__story=story).distinct(),
        *(
            alias
            for outlet in Outlet.objects.filter(passages__story=story).distinct()
            for alias in outlet.aliases.all()
        ),
        *Topic.objects.filter(work_topics__work=work),
        *Article.objects.filter(citations__work=work),
        *Contributor.objects.filter(bylines__story=story),
        *Image.objects.filter(uses__work=work),
        *Image.objects.filter(leading_stories=story),
        *Image.objects.filter(topics__work_topics__work=work),
        *(part for row in story.story_questions.all() for part in parts_of(Work.objects.get(pk=row.faq_id))),
    ]


def hide(words: Words, *, by: User) -> Hidden:
    """Make objects of every kind that readers may not see, full of unique words, and return those with addresses."""
    reduce_checks_to_hints()
    draft, binned, withdrawn = (make_full_story(slug=f"hidden-{n}") for n in ("draft", "binned", "withdrawn"))
    topic = Topic.objects.get(work_topics__work=draft)
    question = make_question(slug="hidden-question", topics=(topic,))
    for story in (draft, binned, withdrawn):
        for row in [*referenced_rows(story), *parts_of(Work.objects.get(pk=story.pk))]:
            words.write_into(row)
        for link in story.story_questions.all():
            revisions.record_revision(link.faq, by=by)
        revisions.record_revision(story, by=by)
    for row in parts_of(Work.objects.get(pk=question.pk)):
        words.write_into(row)
    revisions.record_revision(question, by=by)
    proposed = make_story()
    WorkTopic.objects.create(work=proposed, proposed_name=words.one("WorkTopic.proposed_name"))
    passage = SourceSummary.objects.create(story=proposed, text="A paper says so.")
    passage.proposed_outlets = [words.one("SourceSummary.proposed_outlets")]
    passage.save()
    Citation.objects.create(work=proposed, article=make_article(outlet=None), number=1)
    revisions.record_revision(proposed, by=by, reason=words.one("Revision.reason"))
    trash.move_to_trash(binned, by=by)
    publishing.publish(withdrawn, by=by, change=make_update(words.one("Edition.note")))
    publishing.withdraw(withdrawn, by=by, notice="Its source took the numbers back.")
    # The notice shows the headline of the page.
    withdrawn.refresh_from_db()
    del words.where[withdrawn.headline]
    report = make_report(withdrawn)
    words.write_into(report)
    Report.objects.filter(pk=report.pk).update(email=f"{words.one('Report.email')}@lisle.example")
    about = AboutPage.objects.create(slug="hidden-about", shown=False, title="x", text="x")
    words.write_into(about)
    return Hidden(
        draft=draft,
        binned=binned,
        withdrawn=withdrawn,
        question=question,
        topic=topic,
        outlet=Outlet.objects.filter(passages__story=draft).first() or make_outlet(),
        author=draft.byline.get().contributor,
        image=Image.objects.get(leading_stories=draft),
        about=about,
        tokens=(*dead_links(words, draft, by=by), "A" * 43),
    )


def dead_links(words: Words, draft: Story, *, by: User) -> Iterator[str]:
    """Yield tokens of links to the draft that no longer work: revoked, expired, or created by a user without access."""
    for reason in ("revoked", "ended", "without its maker"):
        maker = make_user(role="Writer")
        label = words.one("SharedPreview.label")
        created = shared_previews.create_link(draft, by=maker, label=label, ends_at=clock.now() + timedelta(hours=1))
        if reason == "revoked":
            shared_previews.revoke_link(created.link, by=by)
        elif reason == "ended":
            SharedPreview.objects.filter(pk=created.link.pk).update(ends_at=created.link.made_at)
        else:
            maker.groups.clear()
        yield created.token


def client_of_outsider(who: str) -> Client:
    client = Client()
    if who != "a stranger":
        user = make_user(role="")
        user.is_staff = who == "a desk without a role"
        user.save()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# Prefixes of the names of the routes of the desk and of accounts.
DESK_PREFIXES = ("admin:", "account", "mfa_", "usersessions_", "end_session", "signed_in", "invitation")
# Values that differ in every response.
RANDOM_VALUES = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


def routes(entries=None, prefix: str = "", above: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of every route of the site with the parameters of its path.

    Routes without a name are omitted. So is the key file of IndexNow, which exists only if a key is set.
    """
    for entry in entries or get_resolver().url_patterns:
        needs = above | entry.pattern.converters.keys() | entry.pattern.regex.groupindex.keys()
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, needs)
        elif entry.name and entry.name != "indexnow_key":
            yield f"{prefix}{entry.name}", needs


def addresses_of(world: World, hidden) -> dict[str, list[str]]:
    """Return the addresses to open for each route: those of public objects and of hidden ones."""
    at = {name: [address] for name, address in world.public.items()}
    hidden_slugs = {
        "story": [hidden.draft.slug, hidden.binned.slug, hidden.withdrawn.slug, "no-such-story"],
        "question": [hidden.question.slug],
        "topic": [hidden.topic.slug],
        "source": [hidden.outlet.slug],
        "author": [hidden.author.slug],
        "about": [hidden.about.slug],
    }
    for kind, slugs in hidden_slugs.items():
        for page in pages_of(kind):
            at[page.name] += [address_of(page, slug=slug, number=1) for slug in slugs]
    at["reader_report"] += [f"/reports/?page={address}" for address in (*at["story"], *at["question"], *at["about"])]
    at["oembed"] += [oembed_of(story) for story in (hidden.draft, hidden.binned, hidden.withdrawn)]
    at["share_image"] += [
        reverse("share_image", args=[subject.uid, "0123456789abcdef"])
        for subject in (hidden.draft, hidden.binned, hidden.withdrawn, hidden.question, hidden.topic)
    ]
    for name in [name.removeprefix("api:") for name in at if name.startswith("api:") and name != "api:openapi"]:
        at[f"api:{name}"] = [data_at(address) for address in at[name]]
    at["media:rendition"] = [f"/media/{file_of(hidden.image)}", f"/media/{hidden.image.uid}/x"]
    at["media:rendition"] += [f"/media/{hidden.image.file}", f"/media/{hidden.image.uid}/plate"]
    question, image = hidden.draft.story_questions.get().faq, hidden.image
    for name, further_arguments in (
        ("shared_preview", []),
        ("shared_preview_comments", []),
        ("shared_preview_question", [question.uid]),
        ("shared_preview_image", file_of(image).split("/")),
    ):
        at[name] = [reverse(name, args=[token, *further_arguments]) for token in hidden.tokens]
    keys = {"object_id": hidden.draft.pk, "number": 1, "key": hidden.topic.pk, "pk": 1, "id": 1, "uidb36": "1"}
    keys |= {"app_label": "stories", "content_type_id": 1, "url": "x", "ending": "csv", "what": "topic", "new": 1}
    keys |= {"token": "no-invitation", "uid": hidden.draft.uid}
    for name, needs in routes():
        if name.startswith(DESK_PREFIXES):
            at[name] = [reverse(name, kwargs={key: keys[key] for key in needs})]
    for model in ("story", "faq"):
        work = hidden.draft if model == "story" else hidden.question
        at[f"admin:stories_{model}_change"] = [reverse(f"admin:stories_{model}_change", args=[work.pk])]
    return at


def read_response(client: Client, address: str) -> str:
    """Return the headers and the content of a response as text."""
    response = client.get(address, headers={"Accept-Encoding": "identity"})
    assert response.status_code < 500, address
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join([f"{name}: {value}" for name, value in response.headers.items()])
    return headers + content.decode(errors="replace")


@pytest.fixture
def words() -> Words:
    return Words()


def test_the_test_opens_every_route_of_the_site(words):
    world, hidden = make_world(), hide(words, by=make_user())
    assert set(addresses_of(world, hidden)) == {name for name, _ in routes()}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_response_contains_a_word_of_the_desk(words, who):
    world, hidden = make_world(), hide(words, by=make_user())
    assert len(words.where) > 100
    client = client_of_outsider(who)
    for name, addresses in addresses_of(world, hidden).items():
        for address in addresses:
            answer = read_response(client, address).lower()
            found = [words.where[word] for word in re.findall(r"qx[a-z]{6}", answer) if word in words.where]
            assert not found, f"{name} ({address}) tells {found}"


def test_no_search_finds_a_word_of_the_desk(client, words):
    make_world()
    hide(words, by=make_user())
    nothing = read_response(client, "/search/?q=qxabsent")
    for word, where in words.where.items():
        answer = read_response(client, f"/search/?q={word}")
        assert without_tag(answer.replace(word, "qxabsent")) == without_tag(nothing), where
        assert client.get("/search/suggestions/", {"q": word[:-1]}).json()["suggestions"] == [], where


def without_tag(answer: str) -> str:
    return re.sub(r"(ETag|Content-Length): .*\n", "", answer)


def test_hidden_objects_change_no_byte_of_public_pages(client, words):
    world = make_world()
    before = {address: read_response(client, address) for address in world.public.values()}
    topic, outlet = (
        world.story.work_topics.first().topic,
        Outlet.objects.filter(passages__story=world.story).first(),
    )
    hide(words, by=make_user())
    make_story(topics=(topic,), outlets=(outlet,), questions=(world.question,), articles=(make_article(outlet=outlet),))
    trash.move_to_trash(make_question(topics=(topic,)), by=make_user())
    for part in parts_of(Work.objects.get(pk=world.story.pk)):
        words.write_into(part)
    revisions.record_revision(world.story, by=None)
    for answer in world.question.answers.all():
        words.write_into(answer)
    revisions.record_revision(world.question, by=None)
    assert {address: read_response(client, address) for address in world.public.values()} == before


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_hidden_object_answers_like_one_that_never_existed(words, who, method):
    hidden, client = hide(words, by=make_user()), client_of_outsider(who)
    pairs = [
        ("story", hidden.draft.slug),
        ("story", hidden.binned.slug),
        ("question", hidden.question.slug),
        ("topic", hidden.topic.slug),
        ("source", hidden.outlet.slug),
        ("author", hidden.author.slug),
        ("about", hidden.about.slug),
    ]
    pages = [(reverse(name, args=[slug]), reverse(name, args=["no-such"])) for name, slug in pairs]
    addresses = [
        (hidden_page + under, missing_page + under)
        for hidden_page, missing_page in pages
        for under in ("", "history/", "history/1/")
    ]
    addresses.append((f"/media/{file_of(hidden.image)}", f"/media/{uuid4()}/free-64-0123456789abcdef.jpg"))
    for hidden_address, missing_address in addresses:
        one, other = (getattr(client, method)(address) for address in (hidden_address, missing_address))
        assert (one.status_code, one.content) == (404, other.content), hidden_address
        assert dict(one.headers) == dict(other.headers), hidden_address


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_preview_at_the_desk_does_not_reveal_whether_there_is_a_draft(words, who):
    draft, client = hide(words, by=make_user()).draft, client_of_outsider(who)
    one, other = (client.get(reverse("admin:stories_story_preview", args=[key])) for key in (draft.pk, 10**9))
    assert one.status_code == other.status_code
    assert one.status_code in {302, 403}
    assert RANDOM_VALUES.sub(b"", one.content) == RANDOM_VALUES.sub(b"", other.content)


def test_a_shared_preview_reveals_nothing_of_another_draft(client, words, monkeypatch):
    world, editor = make_world(), make_user()
    hidden = hide(words, by=editor)
    shown = make_full_story(slug="shown")
    question = shown.story_questions.get().faq
    label, passcode = words.one("SharedPreview.label"), words.one("SharedPreview.passcode")
    ends_at = clock.now() + timedelta(days=1)
    monkeypatch.setattr("tests.journeys.test_leaks.NOON", clock.now())
    links = [
        shared_previews.create_link(shown, by=editor, label=label, ends_at=ends_at),
        shared_previews.create_link(shown, by=editor, label=f"{label} too", ends_at=ends_at, passcode=passcode),
    ]
    for created in links:
        base = reverse("shared_preview", args=[created.token])
        addresses = [
            base,
            f"{base}questions/{question.uid}/",
            *(f"{base}questions/{each.uid}/" for each in (hidden.question, hidden.draft, world.draft_question)),
            *(f"{base}pictures/{file_of(each)}" for each in (hidden.image, world.story.lead_image)),
        ]
        for address in addresses:
            answer = read_response(client, address)
            assert not [words.where[word] for word in words.where if word in answer.lower()], address
            assert created.link.token_digest not in answer
        for address in addresses[2:]:
            assert client.get(address).status_code in {302, 404}, address
    for address in world.public.values():
        answer = read_response(client, address)
        assert not [created for created in links if created.token in answer], address


@pytest.mark.audit
def test_replaced_words_disappear_when_new_ones_are_published(client, words):
    reduce_checks_to_hints()
    editor, story = make_user(), make_full_story(slug="changed")
    for part in parts_of(Work.objects.get(pk=story.pk)):
        words.write_into(part)
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    faqs = [row.faq for row in story.story_questions.all()]
    publishing.publish(story, by=editor, with_questions=faqs)
    first = read_response(client, "/stories/changed/")
    shown = {word for word in words.where if word in first}
    assert len(shown) > 10
    searched = {word for word in shown if words.where[word].rpartition(".")[2] in SEARCHED_FIELDS}
    assert len(searched) > 10
    for word in searched:
        page = client.get(f"/search/?q={word}").context["page"]
        assert (page.total, page.corrected_spelling) == (1, ""), words.where[word]
    assert [word for word in searched if client.get("/search/suggestions/", {"q": word}).json()["suggestions"]]

    newer = Words()
    newer._letters = itertools.product("hjw", "aeiou", repeat=3)
    for part in parts_of(Work.objects.get(pk=story.pk)):
        newer.write_into(part)
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    lists = ("/", "/stories/", "/questions/", "/topics/", "/sources/", "/feeds/stories.atom", "/stories/changed/")
    for address in (*lists, *(f"/search/?q={word}" for word in newer.where)):
        assert not [words.where[word] for word in shown if word in read_response(client, address)], address
    nothing = without_tag(read_response(client, "/search/?q=qxabsent"))
    for word in shown:
        assert without_tag(read_response(client, f"/search/?q={word}").replace(word, "qxabsent")) == nothing
        assert client.get("/search/suggestions/", {"q": word}).json()["suggestions"] == []


@pytest.mark.parametrize(("under", "status"), [("", 410), ("history/", 200), ("history/1/", 410)])
def test_a_withdrawn_page_shows_only_its_headline_and_its_notice(client, words, under, status):
    story = hide(words, by=make_user()).withdrawn
    response = client.get(f"{reverse('story', args=[story.slug])}{under}")
    assert response.status_code == status
    assert "Its source took the numbers back." in response.content.decode()
    assert not [words.where[word] for word in words.where if word in response.content.decode()]


def test_other_formats_of_a_withdrawn_page_contain_only_its_notice(client, words):
    page = reverse("story", args=[hide(words, by=make_user()).withdrawn.slug]).removesuffix("/")
    for ending in (".txt", ".md", ".json", "/changes.atom", "/changes.json"):
        content = client.get(f"{page}{ending}").content.decode()
        assert "Its source took the numbers back." in content
        assert "<" not in content
        assert not [words.where[word] for word in words.where if word in content], ending


def test_a_link_to_a_draft_does_not_reveal_it(client, words):
    reduce_checks_to_hints()
    editor, draft = make_user(), make_full_story()
    link = f"[words](story:{draft.uid}) [more](topic:{draft.work_topics.get().topic.uid})"
    topic, outlet = make_topic(description=link), make_outlet(description=link)
    question = make_question(introduction=link, topics=(topic,))
    question.answers.all().update(text=link)
    story = make_story(
        topics=(topic,), outlets=(outlet,), questions=(question,), lead_image=make_image(), lead_alt="A pier",
        lead_caption=link, standfirst=link, method_note=link, texts=dict.fromkeys(("happened", "behind"), link),
    )  # fmt: skip
    placed = WorkImage.objects.create(work=story, image=make_image(), alt="A crane", caption=link)
    story.sections.filter(kind="background").update(text=f"{link}\n\n![](picture:{placed.uid})")
    story.passages.update(text=link)
    story.work_topics.update(description=link)
    for work in (question, story):
        revisions.record_revision(work, by=editor)
    publishing.publish(
        story, by=editor, change=make_update(link.replace(str(draft.uid), "x")), with_questions=[question]
    )
    about = AboutPage.objects.create(slug="how", title="How", text=link)
    hidden = {str(draft.uid), draft.slug, str(draft.work_topics.get().topic.uid)}
    for public in (newest_edition(story), newest_edition(question), topic, outlet, about):
        answer = read_response(client, public.get_absolute_url())
        assert "words" in answer
        assert not [each for each in hidden if each in answer], public.get_absolute_url()
        assert "data-to" not in answer
    for address in ("/", "/feeds/stories.atom", "/questions/", "/search/?q=words"):
        assert not [each for each in hidden if each in read_response(client, address)], address


def newest_edition(work: Work):
    return work.editions.latest("number")


def test_a_link_in_a_caption_leads_to_a_public_page(client):
    topic = make_topic(slug="gates")
    story = make_story(
        topics=(topic,), lead_image=make_image(), lead_alt="A pier", lead_caption=f"The [gates](topic:{topic.uid})"
    )
    publishing.publish(story, by=make_user())
    assert '<a href="/topics/gates/">gates</a></p>' in client.get(f"/stories/{story.slug}/").content.decode()


def test_merging_a_topic_replaces_its_public_picture_with_that_of_the_target(client):
    pictures = make_image(), make_image()
    merged, target = make_topic(picture=pictures[0]), make_topic(name="Kept", picture=pictures[1])
    publishing.publish(make_story(topics=(merged,)), by=make_user())

    def statuses() -> list[int]:
        return [client.get(f"/media/{file_of(picture)}").status_code for picture in pictures]

    assert statuses() == [200, 404]
    merge_topics(merged, target, by=make_user(role="Curator"))
    assert statuses() == [404, 200]


def test_drafts_and_their_pictures_are_hidden_until_a_required_second_factor_is_set_up(settings, words):
    settings.REQUIRE_SECOND_FACTOR = True
    hidden, client, person = hide(words, by=make_user()), Client(), make_user()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    preview = reverse("admin:stories_story_preview", args=[hidden.draft.pk])
    picture = f"/media/{file_of(hidden.image)}"
    assert client.get(preview)["Location"] == "/accounts/2fa/"
    assert client.get(picture).status_code == 404
    assert "Cookie" not in client.get("/").get("Vary", "")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(preview).status_code == 200
    assert client.get(picture).status_code == 200


def test_a_story_does_not_link_to_a_question_that_is_a_draft(client):
    question = make_question(slug="not-asked-yet", topics=(make_topic(),))
    story = make_story(questions=(question,), topics=(make_topic(),))
    publishing.publish(story, by=make_user())
    assert "not-asked-yet" not in client.get(f"/stories/{story.slug}/").content.decode()


HOSTILE = (
    "%00", "a%00b", "%22", "'", "%5C", "%25", "_", "*", "(", "%ff%fe", "%ed%a0%80", "%0d%0aX-Evil:1", "a" * 10_000,
    "%C4%B0" * 200, "%EF%B7%BA" * 200, "a%CC%81" * 200, "%E2%80%AE", "%F0%9F%92%A9", "-1", "1e9", "..%2f..",
    f"00010101T000000.000000Z-{'0' * 32}", f"99991231T235959.999999Z-{'f' * 32}",
    f"20261125T000000.000000Z-{'F' * 32}", "20261125T000000.000000Z-%D9%A3",
)  # fmt: skip


@pytest.mark.audit
def test_no_query_string_causes_a_server_error(client):
    paths = [address.partition("?")[0] for address in make_world().public.values()]
    for words in HOSTILE:
        lists = [f"{path}?q={words}&before={words}" for path in paths]
        for address in (*lists, f"/search/?q={words}", f"/search/?q=pier&before={words}"):
            response = client.get(address)
            refused = {400, 404} if address.startswith(("/api/", "/oembed")) else {404}
            assert response.status_code in {200, *refused}, address
            assert not response.cookies
            assert "X-Evil" not in response


def test_no_path_causes_a_server_error(client):
    for slug in set(HOSTILE) - {"..%2f.."}:
        for place in ("stories", "questions", "topics", "sources", "about", "preview", "media"):
            assert client.get(f"/{place}/{slug}/").status_code == 404, (place, slug)
        assert client.get(f"/media/{uuid4()}/{slug}").status_code == 404, slug


def test_a_slug_in_another_unicode_form_or_percent_encoded_leads_to_the_page(client):
    publishing.publish(make_story(slug="caf\u00e9-am-hafen", topics=(make_topic(),)), by=make_user())
    for written in ("café-am-hafen", "cafe\u0301-am-hafen", "caf%C3%A9-am-hafen", "cafe%CC%81-am-hafen"):
        assert client.get(f"/stories/{written}/").status_code == 200
