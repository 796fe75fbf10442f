"""Commenting, answering, resolving: who may, what is kept, who is told."""

from datetime import UTC, datetime, timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.http import clock
from newsroom.notifications.models import Notice, NoticeKind
from stories import publishing
from stories.drafts import revisions
from stories.models import Comment, Section
from stories.workflow import shared_previews, trash
from stories.workflow.comments import (
    AnchorState,
    CommentRefusedError,
    add_comment,
    add_outside_comment,
    add_reply,
    comments_on,
    comments_over_link,
    find_mentioned_users,
    reopen_thread,
    resolve_thread,
)
from tests.factories import make_published_story, make_question, make_story, make_user, update

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TEXT = "The sea came in at three. Nobody was warned."


@pytest.fixture
def ana(db):
    return make_user(role="Writer", username="ana", first_name="Ana", last_name="Kestrel")


@pytest.fixture
def jonas(db):
    return make_user(role="Editor", username="jonas.adebar", first_name="Jonas", last_name="Adebar")


@pytest.fixture
def story(ana):
    return make_story(headline="The night of the flood", texts={"happened": TEXT}, owner=ana)


def newest(work):
    return revisions.get_newest_revision(work).document.value()


def place_of(work):
    return f"sections.{newest(work).sections[0].uid}.text"


def told(user):
    return list(Notice.objects.filter(person=user).order_by("pk").values_list("kind", "words"))


def over_link(work, *, text="Is that so?", at=None, shown=1, by=None, **more):
    by = by or make_user(role="Writer")
    ends_at = clock.now() + timedelta(days=2)
    made = shared_previews.create_link(work, by=by, label="Dr Holm", ends_at=ends_at, takes_comments=True)
    at = at or clock.now()
    return add_outside_comment(made.link, made.token, work, text, at=at, shown=shown, **more)


def test_words_are_kept_with_what_stood_beside_them(story, jonas):
    made = add_comment(story, " By whom? ", by=jonas, at=AT, place=place_of(story), quote="nobody was warned")
    assert (made.text, made.quote, made.before, made.after) == (
        "By whom?", "Nobody was warned", "The sea came in at three. ", ".",
    )  # fmt: skip
    assert (made.place, made.revision, made.made_at) == (place_of(story), 1, AT)
    assert format_entry(Event.objects.about(story.uid)[0]) == "Jonas Adebar commented on it"
    assert "By whom" not in str(Event.objects.about(story.uid).values())


def test_a_comment_stays_with_its_words_when_the_text_is_edited(story, jonas):
    add_comment(story, "By whom?", by=jonas, at=AT, quote="Nobody was warned")
    Section.objects.filter(story=story, kind="happened").update(
        text="At three the sea came in, and later it went. Nobody was warned."
    )
    revisions.record_revision(story, by=jonas)
    (thread,) = comments_on(story, newest(story)).threads
    assert (thread.about, thread.words, thread.label) == (AnchorState.WORDS, "Nobody was warned", "What’s happened")
    Section.objects.filter(story=story, kind="happened").update(text="All were told.")
    revisions.record_revision(story, by=jonas)
    (thread,) = comments_on(story, newest(story)).threads
    assert (thread.about, thread.words) == (AnchorState.GONE, "Nobody was warned")


def test_a_text_is_cut_at_its_marks_and_is_the_same_when_joined(story, jonas):
    for quote in ("came in at three", "three. Nobody"):
        add_comment(story, "Look.", by=jonas, at=AT, quote=quote)
    pieces = comments_on(story, newest(story)).pieces(place_of(story))
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [(piece.text, [t.number for t in piece.threads]) for piece in pieces] == [
        ("The sea ", []), ("came in at ", [1]), ("three", [1, 2]), (". Nobody", [2]), (" was warned.", []),
    ]  # fmt: skip


def test_threads_stand_in_the_order_of_the_page_and_what_is_gone_last(story, jonas):
    add_comment(story, "Words", by=jonas, at=AT, quote="Nobody was warned")
    add_comment(story, "Whole", by=jonas, at=AT)
    add_comment(story, "Headline", by=jonas, at=AT, place="headline")
    Comment.objects.filter(text="Headline").update(place="lead.alt")
    comments = comments_on(story, newest(story))
    assert [(t.first.text, t.about) for t in comments.threads] == [
        ("Whole", AnchorState.WORK), ("Words", AnchorState.WORDS), ("Headline", AnchorState.GONE),
    ]  # fmt: skip
    assert [t.first.text for t in comments.at(place_of(story))] == ["Words"]


def test_a_question_is_commented_on_as_well(jonas):
    question = make_question(question="Who pays for it?")
    add_comment(question, "Not we.", by=jonas, at=AT, place="question")
    (thread,) = comments_on(question, newest(question)).threads
    assert (thread.about, thread.label) == (AnchorState.PLACE, "Question")


@pytest.mark.parametrize(
    "text",
    [
        "@Zoë Adebar, look.",
        "Look, @zoe adebar!",
        "(@ZOE  ADEBAR’s figure)",
        "@Ana Zoë, @Zoë Adebar",
        "@Zoë Adebar@Ana Zoë",
    ],
)
def test_somebody_is_mentioned_by_their_whole_name(text):
    zoe = make_user(first_name="Zoë", last_name="Adebar")
    make_user(first_name="Zoë", last_name="Adebarson")
    make_user(first_name="Zoë", last_name="Adebar", is_active=False)
    assert find_mentioned_users(text) == [zoe]


@pytest.mark.parametrize(
    "text", ["@Zoë Adebarson", "@Zoë", "mail@Zoë Adebar", "Zoë Adebar", "@ Zoë Adebar", "@Zoë Adebar-Lind"]
)
def test_part_of_a_name_or_a_longer_name_mentions_nobody(text):
    make_user(first_name="Zoë", last_name="Adebar")
    make_user(first_name="", last_name="")
    assert find_mentioned_users(text) == []


def test_mentions_are_looked_for_in_one_query_however_many_there_are(django_assert_num_queries):
    zoe = make_user(first_name="Zoë", last_name="Adebar")
    with django_assert_num_queries(1):
        assert find_mentioned_users("@Zoë Adebar " * 400 + "@" * 10_000) == [zoe]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": "  \x00 "}, "text"),
        ({"text": "a" * 5_001}, "text"),
        ({"text": "Why?", "place": "sections.none.text"}, "place"),
        ({"text": "Why?", "quote": "words that nobody wrote"}, "quote"),
        ({"text": "Why?", "quote": "sea " * 400}, "quote"),
    ],
)
def test_what_cannot_be_a_comment_is_refused_in_words(story, jonas, sent, field):
    with pytest.raises(CommentRefusedError) as refusal:
        add_comment(story, by=jonas, at=AT, **sent)
    assert refusal.value.field == field
    assert not Comment.objects.exists()


def test_who_may_not_comment_changes_nothing(story, ana):
    made = add_comment(story, "Why?", by=ana, at=AT)
    for nobody in (make_user(role="Curator"), make_user(role="")):
        for verb in (
            lambda by: add_comment(story, "Why?", by=by, at=AT),
            lambda by: add_reply(made, "Because.", by=by, at=AT),
            lambda by: resolve_thread(made, by=by, at=AT),
            lambda by: reopen_thread(made, by=by),
        ):
            with pytest.raises(NotAllowedError):
                verb(nobody)
    assert Comment.objects.count() == 1


def test_nobody_comments_on_what_lies_in_the_bin(story, jonas):
    trash.move_to_trash(story, by=jonas)
    with pytest.raises(CommentRefusedError, match="bin"):
        add_comment(story, "Why?", by=jonas, at=AT)


def test_a_thread_is_resolved_once_and_an_answer_opens_it_again(story, ana, jonas):
    made = add_comment(story, "Why?", by=jonas, at=AT)
    resolve_thread(made, by=ana, at=AT)
    resolve_thread(made, by=jonas, at=AT)
    (thread,) = comments_on(story, newest(story)).resolved
    assert (thread.first.resolved_by, thread.first.resolved_at) == (ana, AT)
    answer = add_reply(made, "Because.", by=ana, at=AT)
    deeper = add_reply(answer, "I see.", by=jonas, at=AT)
    assert deeper.parent == made
    (thread,) = comments_on(story, newest(story)).open
    assert [reply.text for reply in thread.replies] == ["Because.", "I see."]
    resolve_thread(answer, by=ana, at=AT)
    reopen_thread(answer, by=ana)
    assert comments_on(story, newest(story)).open


def test_who_is_mentioned_is_told_and_the_owner_hears_of_it(story, ana, jonas):
    made = add_comment(story, "@jonas.adebar, @ana and @nobody: look. mail@ana.example", by=ana, at=AT)
    assert set(made.mentions.all()) == {ana, jonas}
    words = "Ana Kestrel mentions you in a comment on “The night of the flood”."
    assert told(jonas) == [(NoticeKind.MENTION, words)]
    assert told(ana) == []
    add_reply(made, "Done", by=jonas, at=AT)
    assert told(ana) == [(NoticeKind.COMMENT, "Jonas Adebar answers a comment on “The night of the flood”.")]


def test_who_has_a_link_comments_under_its_label_on_what_they_saw(story, ana):
    made = over_link(story, by=ana, name="M. Holm", quote="The sea  came in at three.1 Nobody")
    assert (made.author_label, made.author, made.revision) == ("Dr Holm: M. Holm", None, 1)
    assert made.quote == "The sea came in at three. Nobody"
    assert told(ana) == [(NoticeKind.COMMENT, "Dr Holm: M. Holm comments on “The night of the flood”.")]
    assert format_entry(Event.objects.about(story.uid)[0]) == "A command took in a comment from “Dr Holm”"


def test_who_has_a_link_reads_nothing_but_what_was_said_over_it(story, ana, jonas):
    add_comment(story, "He is wrong.", by=jonas, at=AT)
    made = over_link(story, by=ana)
    add_reply(made, "It is so.", by=jonas, at=AT)
    other = make_question()
    add_comment(other, "Elsewhere", by=jonas, at=AT)
    (thread,) = comments_over_link(made.link, story, newest(story)).threads
    assert [thread.first.text, *(reply.text for reply in thread.replies)] == ["Is that so?", "It is so."]


def test_a_link_that_opens_nothing_takes_no_comments(story, ana):
    over_link(story, by=ana)
    link = story.shared_previews.get()
    ends_at = clock.now() + timedelta(days=1)
    silent = shared_previews.create_link(story, by=ana, label="Reads only", ends_at=ends_at)
    shared_previews.revoke_link(link, by=ana)
    for shared, token in ((link, "x" * 43), (silent.link, silent.token)):
        with pytest.raises(CommentRefusedError):
            add_outside_comment(shared, token, story, "More", at=clock.now(), shown=1)
    with pytest.raises(CommentRefusedError):
        add_outside_comment(silent.link, silent.token, make_question(), "More", at=clock.now(), shown=1)
    assert Comment.objects.count() == 1


def test_comments_go_when_their_work_is_erased(story, ana, jonas):
    made = over_link(story, by=ana)
    add_reply(made, "It is so.", by=jonas, at=AT)
    add_comment(story, "@ana look", by=jonas, at=AT, quote="Nobody was warned")
    kept = add_comment(make_question(), "Stays", by=jonas, at=AT)
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [kept]


def test_comments_go_with_the_passage_they_quote(story, ana, jonas):
    add_comment(story, "Who?", by=jonas, at=AT, quote="Nobody was warned")
    add_comment(story, "Here?", by=jonas, at=AT, place=place_of(story))
    kept = add_comment(story, "On all of it", by=jonas, at=AT)
    uid = newest(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [kept]


@pytest.mark.parametrize(
    "quote", ["The sea came in at three. Nobody was warned. Why was that?", "So nobody was  WARNED of it"]
)
def test_comments_go_with_the_passage_of_which_they_quote_a_few_words(story, ana, quote):
    made = over_link(story, by=ana, quote=quote)
    assert (made.place, made.quote) == ("", quote)
    uid = newest(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert not Comment.objects.exists()


def test_comments_that_quote_what_stands_nowhere_stay(story, ana):
    made = over_link(story, by=ana, quote="There was a flood here once")
    uid = newest(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [made]


def test_comments_go_with_the_edition_they_were_made_on(ana, jonas):
    story = make_published_story(by=jonas)
    edition = story.editions.get()
    add_comment(story, "On the old", by=jonas, at=AT, place="headline")
    story.headline = "Why the barrier stood open that night"
    story.save()
    revisions.record_revision(story, by=jonas)
    publishing.publish(story, by=jonas, change=update())
    kept = add_comment(story, "On the new", by=jonas, at=AT, place="headline")
    publishing.erase.erase_edition(edition, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [kept]
