"""Nothing of the desk reaches readers: every text field has a word of its own, and every address is opened."""

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
    let_pass,
    make_article,
    make_image,
    make_outlet,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_user,
    update,
)
from tests.journeys.world import World, address_of, data_at, make_world, oembed_of, pages_of
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)
# What is the same for everybody whatever it says, so that a word there would be found nowhere: choices and keys.
NOT_TEXTS = {"uid", "slug", "language", "wikidata", "file", "digest", "kind"}
# Who may not see the desk: a stranger, somebody signed in without a place there, somebody there without a role.
OUTSIDERS = ("a stranger", "an account", "a desk without a role")


@pytest.fixture(autouse=True)
def _noon(monkeypatch) -> None:
    """Let every request arrive at the same noon, after all that was done: pages that name the time say the same."""

    def arrive(middleware: clock.RequestTimeMiddleware, request: clock.TimedRequest) -> HttpResponse:
        request.moment = NOON
        return middleware._get_response(request)

    monkeypatch.setattr(clock.RequestTimeMiddleware, "__call__", arrive)


class Words:
    """Words that stand nowhere else, each with the field it was written into."""

    def __init__(self) -> None:
        self.where: dict[str, str] = {}
        self._letters = itertools.product("bdfgklmnprstvz", "aeiou", repeat=3)

    def one(self, where: str) -> str:
        """Return a word that was never given before."""
        word = "qx" + "".join(next(self._letters))
        self.where[word] = where
        return word

    def write_into(self, row: models.Model) -> None:
        """Put a word of its own into every field of the row that holds a text, and save it."""
        for field in row._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name in NOT_TEXTS:
                continue
            if field.name in {"proposed_name", "proposed_outlet"} or field.name.startswith("folded"):
                continue
            word = self.one(f"{row._meta.label}.{field.name}")
            said = f"https://{word}.example/{word}" if isinstance(field, models.URLField) else word
            said = f"{word}.example" if field.name == "further_hosts" else said
            setattr(row, field.name, f"{said}?" if field.name == "question" else said)
        row.save()


def parts_of(work: Work) -> list[models.Model]:
    """Return the rows that belong to one work alone, itself among them."""
    story, faq = getattr(work, "story", None), getattr(work, "faq", None)
    rows: list[models.Model] = [story or faq or work, *work.work_topics.all(), *work.pictures.all()]
    if story:
        rows += [*story.sections.exclude(kind="papers"), *story.passages.all(), *story.story_questions.all()]
    elif faq:
        rows += faq.answers.all()
    return rows


@dataclass(frozen=True)
class Hidden:
    """What readers may not see and has an address of its own."""

    draft: Story
    binned: Story
    withdrawn: Story
    question: FAQ
    topic: Topic
    outlet: Outlet
    image: Image
    about: AboutPage
    tokens: tuple[str, ...]


def make_full_story(**fields: Any) -> Story:
    """Make a story in which every kind of row stands, with shared rows of its own."""
    outlet, topic = make_outlet(aliases=(f"Alias {uuid4().hex}",)), make_topic(picture=make_image())
    story = make_story(
        outlets=(outlet, make_outlet()),
        topics=(topic,),
        questions=(make_question(topics=(topic,)),),
        byline=(f"Person {uuid4().hex}",),
        articles=(make_article(outlet=outlet),),
        lead_image=make_image(),
        **{"lead_alt": "A pier", **fields},
    )
    SourceSummary.objects.create(story=story, text="A comparison.", position=9)
    placed = WorkImage.objects.create(work=story, image=make_image(), alt="A crane")
    story.sections.filter(kind="behind").update(text=f"Words.[@1]\n\n![](picture:{placed.uid})")
    revisions.record_revision(story, by=None)
    return story


def shared_by(story: Story) -> list[models.Model]:
    """Return the rows that the story names and others could name too."""
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
    """Make one of everything that readers may not see, full of words; return what has an address of its own."""
    let_pass()
    draft, binned, withdrawn = (make_full_story(slug=f"hidden-{n}") for n in ("draft", "binned", "withdrawn"))
    topic = Topic.objects.get(work_topics__work=draft)
    question = make_question(slug="hidden-question", topics=(topic,))
    for story in (draft, binned, withdrawn):
        for row in [*shared_by(story), *parts_of(Work.objects.get(pk=story.pk))]:
            words.write_into(row)
        for asked in story.story_questions.all():
            revisions.record_revision(asked.faq, by=by)
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
    publishing.publish(withdrawn, by=by, change=update(words.one("Edition.note")))
    publishing.withdraw(withdrawn, by=by, notice="Its source took the numbers back.")
    # The notice says what the page was.
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
        image=Image.objects.get(leading_stories=draft),
        about=about,
        tokens=(*dead_links(words, draft, by=by), "A" * 43),
    )


def dead_links(words: Words, draft: Story, *, by: User) -> Iterator[str]:
    """Yield tokens that opened the draft once: of a link that was revoked, has ended, lost its maker."""
    for death in ("revoked", "ended", "without its maker"):
        maker = make_user(role="Writer")
        label = words.one("SharedPreview.label")
        made = shared_previews.create_link(draft, by=maker, label=label, ends_at=clock.now() + timedelta(hours=1))
        if death == "revoked":
            shared_previews.revoke_link(made.link, by=by)
        elif death == "ended":
            SharedPreview.objects.filter(pk=made.link.pk).update(ends_at=made.link.made_at)
        else:
            maker.groups.clear()
        yield made.token


def browser_of(who: str) -> Client:
    client = Client()
    if who != "a stranger":
        user = make_user(role="")
        user.is_staff = who == "a desk without a role"
        user.save()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# What belongs to the desk and to who signs in there.
DESK_ALONE = ("admin:", "account", "mfa_", "usersessions_", "end_session", "signed_in", "invitation")
# What every answer makes anew.
ONCE = re.compile(rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


def routes(entries=None, prefix: str = "", above: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of every route of the site with what its address needs; nameless ones lead on, or nowhere.

    Left out is the one that is nowhere unless a key is set, and then says that key alone.
    """
    for entry in entries or get_resolver().url_patterns:
        needs = above | entry.pattern.converters.keys() | entry.pattern.regex.groupindex.keys()
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, needs)
        elif entry.name and entry.name != "indexnow_key":
            yield f"{prefix}{entry.name}", needs


def addresses_of(world: World, hidden) -> dict[str, list[str]]:
    """Return what is opened for each route: readers' pages, and the same pages of what is hidden."""
    at = {name: [address] for name, address in world.public.items()}
    hidden_slugs = {
        "story": [hidden.draft.slug, hidden.binned.slug, hidden.withdrawn.slug, "no-such-story"],
        "question": [hidden.question.slug],
        "topic": [hidden.topic.slug],
        "source": [hidden.outlet.slug],
        "about": [hidden.about.slug],
    }
    for kind, slugs in hidden_slugs.items():
        for page in pages_of(kind):
            at[page.name] += [address_of(page, slug=slug, number=1) for slug in slugs]
    at["reader_report"] += [f"/reports/?page={address}" for address in (*at["story"], *at["question"], *at["about"])]
    at["oembed"] += [oembed_of(story) for story in (hidden.draft, hidden.binned, hidden.withdrawn)]
    at["share_image"] += [
        reverse("share_image", args=[thing.uid, "0123456789abcdef"])
        for thing in (hidden.draft, hidden.binned, hidden.withdrawn, hidden.question, hidden.topic)
    ]
    for name in [name.removeprefix("api:") for name in at if name.startswith("api:") and name != "api:openapi"]:
        at[f"api:{name}"] = [data_at(address) for address in at[name]]
    at["media:rendition"] = [f"/media/{file_of(hidden.image)}", f"/media/{hidden.image.uid}/x"]
    at["media:rendition"] += [f"/media/{hidden.image.file}", f"/media/{hidden.image.uid}/plate"]
    question, image = hidden.draft.story_questions.get().faq, hidden.image
    for name, more in (
        ("shared_preview", []),
        ("shared_preview_comments", []),
        ("shared_preview_question", [question.uid]),
        ("shared_preview_image", file_of(image).split("/")),
    ):
        at[name] = [reverse(name, args=[token, *more]) for token in hidden.tokens]
    keys = {"object_id": hidden.draft.pk, "number": 1, "key": hidden.topic.pk, "pk": 1, "id": 1, "uidb36": "1"}
    keys |= {"app_label": "stories", "content_type_id": 1, "url": "x", "ending": "csv", "what": "topic", "new": 1}
    keys |= {"token": "no-invitation"}
    for name, needs in routes():
        if name.startswith(DESK_ALONE):
            at[name] = [reverse(name, kwargs={key: keys[key] for key in needs})]
    for model in ("story", "faq"):
        work = hidden.draft if model == "story" else hidden.question
        at[f"admin:stories_{model}_change"] = [reverse(f"admin:stories_{model}_change", args=[work.pk])]
    return at


def answer_of(client: Client, address: str) -> str:
    """Return all that an answer says, its headers too."""
    response = client.get(address, headers={"Accept-Encoding": "identity"})
    assert response.status_code < 500, address
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join([f"{name}: {value}" for name, value in response.headers.items()])
    return headers + content.decode(errors="replace")


@pytest.fixture
def words() -> Words:
    return Words()


def test_the_walk_opens_every_route_of_the_site(words):
    world, hidden = make_world(), hide(words, by=make_user())
    assert set(addresses_of(world, hidden)) == {name for name, _ in routes()}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_word_of_the_desk_stands_at_any_address(words, who):
    world, hidden = make_world(), hide(words, by=make_user())
    assert len(words.where) > 100
    client = browser_of(who)
    for name, addresses in addresses_of(world, hidden).items():
        for address in addresses:
            answer = answer_of(client, address).lower()
            found = [words.where[word] for word in re.findall(r"qx[a-z]{6}", answer) if word in words.where]
            assert not found, f"{name} ({address}) tells {found}"


def test_no_search_finds_a_word_of_the_desk(client, words):
    make_world()
    hide(words, by=make_user())
    nothing = answer_of(client, "/search/?q=qxabsent")
    for word, where in words.where.items():
        answer = answer_of(client, f"/search/?q={word}")
        assert without_tag(answer.replace(word, "qxabsent")) == without_tag(nothing), where
        assert client.get("/search/suggestions/", {"q": word[:-1]}).json()["suggestions"] == [], where


def without_tag(answer: str) -> str:
    return re.sub(r"(ETag|Content-Length): .*\n", "", answer)


def test_what_is_hidden_changes_no_byte_of_what_readers_get(client, words):
    world = make_world()
    before = {address: answer_of(client, address) for address in world.public.values()}
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
    assert {address: answer_of(client, address) for address in world.public.values()} == before


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_is_hidden_answers_as_what_never_was(words, who, method):
    hidden, client = hide(words, by=make_user()), browser_of(who)
    pairs = [
        ("story", hidden.draft.slug),
        ("story", hidden.binned.slug),
        ("question", hidden.question.slug),
        ("topic", hidden.topic.slug),
        ("source", hidden.outlet.slug),
        ("about", hidden.about.slug),
    ]
    pages = [(reverse(name, args=[slug]), reverse(name, args=["no-such"])) for name, slug in pairs]
    addresses = [
        (there + under, nowhere + under) for there, nowhere in pages for under in ("", "history/", "history/1/")
    ]
    addresses.append((f"/media/{file_of(hidden.image)}", f"/media/{uuid4()}/free-64-0123456789abcdef.jpg"))
    for there, nowhere in addresses:
        one, other = (getattr(client, method)(address) for address in (there, nowhere))
        assert (one.status_code, one.content) == (404, other.content), there
        assert dict(one.headers) == dict(other.headers), there


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_preview_of_the_desk_tells_whether_there_is_a_draft(words, who):
    draft, client = hide(words, by=make_user()).draft, browser_of(who)
    one, other = (client.get(reverse("admin:stories_story_preview", args=[key])) for key in (draft.pk, 10**9))
    assert one.status_code == other.status_code
    assert one.status_code in {302, 403}
    assert ONCE.sub(b"", one.content) == ONCE.sub(b"", other.content)


def test_a_link_to_one_draft_tells_nothing_of_another(client, words, monkeypatch):
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
    for made in links:
        base = reverse("shared_preview", args=[made.token])
        addresses = [
            base,
            f"{base}questions/{question.uid}/",
            *(f"{base}questions/{each.uid}/" for each in (hidden.question, hidden.draft, world.draft_question)),
            *(f"{base}pictures/{file_of(each)}" for each in (hidden.image, world.story.lead_image)),
        ]
        for address in addresses:
            answer = answer_of(client, address)
            assert not [words.where[word] for word in words.where if word in answer.lower()], address
            assert made.link.token_digest not in answer
        for address in addresses[2:]:
            assert client.get(address).status_code in {302, 404}, address
    for address in world.public.values():
        answer = answer_of(client, address)
        assert not [made for made in links if made.token in answer], address


def test_old_words_are_gone_once_new_ones_are_out(client, words):
    let_pass()
    editor, story = make_user(), make_full_story(slug="changed")
    for part in parts_of(Work.objects.get(pk=story.pk)):
        words.write_into(part)
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    faqs = [row.faq for row in story.story_questions.all()]
    publishing.publish(story, by=editor, with_questions=faqs)
    first = answer_of(client, "/stories/changed/")
    shown = {word for word in words.where if word in first}
    assert len(shown) > 10
    assert answer_of(client, f"/search/?q={min(shown)}")

    newer = Words()
    newer._letters = itertools.product("hjw", "aeiou", repeat=3)
    for part in parts_of(Work.objects.get(pk=story.pk)):
        newer.write_into(part)
    story.refresh_from_db()
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update())
    lists = ("/", "/stories/", "/questions/", "/topics/", "/sources/", "/feeds/stories.atom", "/stories/changed/")
    for address in (*lists, *(f"/search/?q={word}" for word in newer.where)):
        assert not [words.where[word] for word in shown if word in answer_of(client, address)], address
    nothing = without_tag(answer_of(client, "/search/?q=qxabsent"))
    for word in shown:
        assert without_tag(answer_of(client, f"/search/?q={word}").replace(word, "qxabsent")) == nothing
        assert client.get("/search/suggestions/", {"q": word}).json()["suggestions"] == []


@pytest.mark.parametrize(("under", "status"), [("", 410), ("history/", 200), ("history/1/", 410)])
def test_a_withdrawn_page_says_its_headline_its_notice_and_nothing_else(client, words, under, status):
    story = hide(words, by=make_user()).withdrawn
    response = client.get(f"{reverse('story', args=[story.slug])}{under}")
    assert response.status_code == status
    assert "Its source took the numbers back." in response.content.decode()
    assert not [words.where[word] for word in words.where if word in response.content.decode()]


def test_beside_a_withdrawn_page_stands_its_notice_and_nothing_else(client, words):
    page = reverse("story", args=[hide(words, by=make_user()).withdrawn.slug]).removesuffix("/")
    for beside in (".txt", ".md", ".json", "/changes.atom", "/changes.json"):
        said = client.get(f"{page}{beside}").content.decode()
        assert "Its source took the numbers back." in said
        assert "<" not in said
        assert not [words.where[word] for word in words.where if word in said], beside


def test_no_link_to_a_draft_names_it(client, words):
    let_pass()
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
    publishing.publish(story, by=editor, change=update(link.replace(str(draft.uid), "x")), with_questions=[question])
    about = AboutPage.objects.create(slug="how", title="How", text=link)
    hidden = {str(draft.uid), draft.slug, str(draft.work_topics.get().topic.uid)}
    for thing in (publishing_of(story), publishing_of(question), topic, outlet, about):
        answer = answer_of(client, thing.get_absolute_url())
        assert "words" in answer
        assert not [each for each in hidden if each in answer], thing.get_absolute_url()
        assert "data-to" not in answer
    for address in ("/", "/feeds/stories.atom", "/questions/", "/search/?q=words"):
        assert not [each for each in hidden if each in answer_of(client, address)], address


def publishing_of(work: Work):
    return work.editions.latest("number")


def test_a_link_in_a_caption_leads_to_what_can_be_read(client):
    topic = make_topic(slug="gates")
    story = make_story(
        topics=(topic,), lead_image=make_image(), lead_alt="A pier", lead_caption=f"The [gates](topic:{topic.uid})"
    )
    publishing.publish(story, by=make_user())
    assert '<a href="/topics/gates/">gates</a></p>' in client.get(f"/stories/{story.slug}/").content.decode()


def test_the_picture_of_a_merged_topic_goes_and_that_of_the_other_comes(client):
    pictures = make_image(), make_image()
    gone, kept = make_topic(picture=pictures[0]), make_topic(name="Kept", picture=pictures[1])
    publishing.publish(make_story(topics=(gone,)), by=make_user())

    def answers() -> list[int]:
        return [client.get(f"/media/{file_of(picture)}").status_code for picture in pictures]

    assert answers() == [200, 404]
    merge_topics(gone, kept, by=make_user(role="Curator"))
    assert answers() == [404, 200]


def test_without_a_demanded_second_factor_no_draft_and_no_picture_of_one_is_shown(settings, words):
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


def test_a_question_that_is_a_draft_has_no_link_from_the_story_that_asks_it(client):
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
def test_no_question_that_a_stranger_asks_is_an_error(client):
    paths = [address.partition("?")[0] for address in make_world().public.values()]
    for words in HOSTILE:
        asked = [f"{path}?q={words}&before={words}" for path in paths]
        for address in (*asked, f"/search/?q={words}", f"/search/?q=pier&before={words}"):
            response = client.get(address)
            refused = {400, 404} if address.startswith(("/api/", "/oembed")) else {404}
            assert response.status_code in {200, *refused}, address
            assert not response.cookies
            assert "X-Evil" not in response


def test_no_address_that_a_stranger_writes_is_an_error(client):
    for slug in set(HOSTILE) - {"..%2f.."}:
        for place in ("stories", "questions", "topics", "sources", "about", "preview", "media"):
            assert client.get(f"/{place}/{slug}/").status_code == 404, (place, slug)
        assert client.get(f"/media/{uuid4()}/{slug}").status_code == 404, slug


def test_a_name_in_another_form_of_unicode_or_packed_in_per_cent_leads_to_the_page(client):
    publishing.publish(make_story(slug="caf\u00e9-am-hafen", topics=(make_topic(),)), by=make_user())
    for written in ("café-am-hafen", "cafe\u0301-am-hafen", "caf%C3%A9-am-hafen", "cafe%CC%81-am-hafen"):
        assert client.get(f"/stories/{written}/").status_code == 200
