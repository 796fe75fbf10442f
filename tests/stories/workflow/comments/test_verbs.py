"""Verbs for comments: permissions, stored values and notifications."""

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
    find_mentioned_users,
    load_comments,
    load_comments_of_link,
    reopen_thread,
    resolve_thread,
)
from tests.factories import make_published_story, make_question, make_story, make_update, make_user

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


def newest_document(work):
    return revisions.get_newest_revision(work).document.value()


def get_text_key(work):
    return f"sections.{newest_document(work).sections[0].uid}.text"


def list_notices(user):
    return list(Notice.objects.filter(person=user).order_by("pk").values_list("kind", "words"))


def comment_with_link(work, *, text="Is that so?", at=None, shown=1, by=None, **fields):
    """Create a link that allows comments, and return a comment made with it."""
    by = by or make_user(role="Writer")
    ends_at = clock.now() + timedelta(days=2)
    created = shared_previews.create_link(work, by=by, label="Dr Holm", ends_at=ends_at, takes_comments=True)
    at = at or clock.now()
    return add_outside_comment(created.link, created.token, work, text, at=at, shown_revision=shown, **fields)


def test_quoted_words_are_stored_with_the_text_around_them(story, jonas):
    comment = add_comment(story, " By whom? ", by=jonas, at=AT, place=get_text_key(story), quote="nobody was warned")
    assert (comment.text, comment.quote, comment.before, comment.after) == (
        "By whom?", "Nobody was warned", "The sea came in at three. ", ".",
    )  # fmt: skip
    assert (comment.place, comment.revision, comment.made_at) == (get_text_key(story), 1, AT)
    assert (Event.objects.about(story.uid)[0].verb, Event.objects.about(story.uid)[0].by) == ("commented", jonas)
    assert "By whom" not in str(Event.objects.about(story.uid).values())


def test_a_comment_follows_its_words_when_the_text_is_edited(story, jonas):
    add_comment(story, "By whom?", by=jonas, at=AT, quote="Nobody was warned")
    Section.objects.filter(story=story, kind="happened").update(
        text="At three the sea came in, and later it went. Nobody was warned."
    )
    revisions.record_revision(story, by=jonas)
    (thread,) = load_comments(story, newest_document(story)).threads
    assert (thread.about, thread.words, thread.label) == (AnchorState.WORDS, "Nobody was warned", "What’s happened")
    Section.objects.filter(story=story, kind="happened").update(text="All were told.")
    revisions.record_revision(story, by=jonas)
    (thread,) = load_comments(story, newest_document(story)).threads
    assert (thread.about, thread.words) == (AnchorState.GONE, "Nobody was warned")


def test_a_text_is_split_into_pieces_at_its_marked_words(story, jonas):
    for quote in ("came in at three", "three. Nobody"):
        add_comment(story, "Look.", by=jonas, at=AT, quote=quote)
    pieces = load_comments(story, newest_document(story)).pieces(get_text_key(story))
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [(piece.text, [t.number for t in piece.threads]) for piece in pieces] == [
        ("The sea ", []), ("came in at ", [1]), ("three", [1, 2]), (". Nobody", [2]), (" was warned.", []),
    ]  # fmt: skip


def test_threads_are_in_page_order_and_those_with_missing_words_come_last(story, jonas):
    add_comment(story, "Words", by=jonas, at=AT, quote="Nobody was warned")
    add_comment(story, "Whole", by=jonas, at=AT)
    add_comment(story, "Headline", by=jonas, at=AT, place="headline")
    Comment.objects.filter(text="Headline").update(place="lead.alt")
    comments = load_comments(story, newest_document(story))
    assert [(t.first.text, t.about) for t in comments.threads] == [
        ("Whole", AnchorState.WORK), ("Words", AnchorState.WORDS), ("Headline", AnchorState.GONE),
    ]  # fmt: skip
    assert [t.first.text for t in comments.at(get_text_key(story))] == ["Words"]


def test_a_question_can_be_commented_on_too(jonas):
    question = make_question(question="Who pays for it?")
    add_comment(question, "Not we.", by=jonas, at=AT, place="question")
    (thread,) = load_comments(question, newest_document(question)).threads
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
def test_a_user_is_mentioned_by_their_full_name(text):
    zoe = make_user(first_name="Zoë", last_name="Adebar")
    make_user(first_name="Zoë", last_name="Adebarson")
    make_user(first_name="Zoë", last_name="Adebar", is_active=False)
    assert find_mentioned_users(text) == [zoe]


@pytest.mark.parametrize(
    "text", ["@Zoë Adebarson", "@Zoë", "mail@Zoë Adebar", "Zoë Adebar", "@ Zoë Adebar", "@Zoë Adebar-Lind"]
)
def test_part_of_a_name_or_a_longer_name_is_not_a_mention(text):
    make_user(first_name="Zoë", last_name="Adebar")
    make_user(first_name="", last_name="")
    assert find_mentioned_users(text) == []


def test_mentions_take_one_query_whatever_their_number(django_assert_num_queries):
    zoe = make_user(first_name="Zoë", last_name="Adebar")
    with django_assert_num_queries(1):
        assert find_mentioned_users("@Zoë Adebar " * 400 + "@" * 10_000) == [zoe]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"text": "  \x00 "}, "text"),
        ({"text": "a" * 5_001}, "text"),
        ({"text": "Why?", "place": "sections.none.text"}, "place"),
        ({"text": "Why?", "quote": "words that nobody wrote"}, "quote"),
        ({"text": "Why?", "quote": "sea " * 400}, "quote"),
    ],
)
def test_an_invalid_comment_is_refused_with_the_name_of_the_field(story, jonas, arguments, field):
    with pytest.raises(CommentRefusedError) as refusal:
        add_comment(story, by=jonas, at=AT, **arguments)
    assert refusal.value.field == field
    assert not Comment.objects.exists()


def test_users_without_permission_cannot_comment_reply_resolve_or_reopen(story, ana):
    comment = add_comment(story, "Why?", by=ana, at=AT)
    for user in (make_user(role="Curator"), make_user(role="")):
        for verb in (
            lambda by: add_comment(story, "Why?", by=by, at=AT),
            lambda by: add_reply(comment, "Because.", by=by, at=AT),
            lambda by: resolve_thread(comment, by=by, at=AT),
            lambda by: reopen_thread(comment, by=by),
        ):
            with pytest.raises(NotAllowedError):
                verb(user)
    assert Comment.objects.count() == 1


def test_a_work_in_the_trash_cannot_be_commented_on(story, jonas):
    trash.move_to_trash(story, by=jonas)
    with pytest.raises(CommentRefusedError, match="bin"):
        add_comment(story, "Why?", by=jonas, at=AT)


def test_a_thread_is_resolved_only_once_and_reopened_by_a_reply(story, ana, jonas):
    comment = add_comment(story, "Why?", by=jonas, at=AT)
    resolve_thread(comment, by=ana, at=AT)
    resolve_thread(comment, by=jonas, at=AT)
    (thread,) = load_comments(story, newest_document(story)).resolved
    assert (thread.first.resolved_by, thread.first.resolved_at) == (ana, AT)
    reply = add_reply(comment, "Because.", by=ana, at=AT)
    second_reply = add_reply(reply, "I see.", by=jonas, at=AT)
    assert second_reply.parent == comment
    (thread,) = load_comments(story, newest_document(story)).open
    assert [each.text for each in thread.replies] == ["Because.", "I see."]
    resolve_thread(reply, by=ana, at=AT)
    reopen_thread(reply, by=ana)
    assert load_comments(story, newest_document(story)).open


def test_mentioned_users_and_the_owner_are_notified(story, ana, jonas):
    comment = add_comment(story, "@jonas.adebar, @ana: look at [@3]. mail@ana.example", by=ana, at=AT)
    assert set(comment.mentions.all()) == {ana, jonas}
    ((kind, words),) = list_notices(jonas)
    assert kind == NoticeKind.MENTION
    assert "Ana Kestrel" in words
    assert "“The night of the flood”" in words
    assert list_notices(ana) == []
    add_reply(comment, "Done", by=jonas, at=AT)
    ((kind, words),) = list_notices(ana)
    assert kind == NoticeKind.COMMENT
    assert "Jonas Adebar" in words
    assert "“The night of the flood”" in words


@pytest.mark.parametrize(
    ("written", "meant"),
    [("@anna", "Did you mean Ana Kestrel?"), ("@Kestrel", "Did you mean Ana Kestrel?"), ("@xylophone", "")],
)
def test_a_comment_that_mentions_nobody_is_refused_with_names_that_may_be_meant(story, ana, jonas, written, meant):
    with pytest.raises(CommentRefusedError) as refused:
        add_comment(story, f"{written}, look.", by=jonas, at=AT)
    assert (refused.value.field, str(refused.value)) == ("text", f"No one is called “{written}”. {meant}".strip())
    assert not Comment.objects.exists()


def test_the_name_of_somebody_who_left_stays_a_plain_name(story, ana, jonas):
    make_user(username="ida", first_name="Ida", last_name="Sund", is_active=False)
    comment = add_comment(story, "@Ida Sund knew, [@3], mail@nobody.example", by=ana, at=AT)
    assert not comment.mentions.exists()


def test_only_people_who_may_read_the_page_are_mentioned(story, ana):
    outsider = make_user(role="", username="ida", first_name="Ida", last_name="Sund")
    comment = add_comment(story, "@Ida Sund, look.", by=ana, at=AT)
    assert not comment.mentions.exists()
    assert list_notices(outsider) == []


def test_a_comment_with_a_link_has_the_label_of_the_link_and_the_revision_that_was_shown(story, ana):
    comment = comment_with_link(story, by=ana, name="M. Holm", quote="The sea  came in at three.1 Nobody")
    assert (comment.author_label, comment.author, comment.revision) == ("Dr Holm: M. Holm", None, 1)
    assert comment.quote == "The sea came in at three. Nobody"
    ((kind, words),) = list_notices(ana)
    assert kind == NoticeKind.COMMENT
    assert "Dr Holm: M. Holm" in words
    assert "“The night of the flood”" in words
    event = Event.objects.about(story.uid)[0]
    assert (event.verb, event.by, event.after["label"]) == ("comment taken in", None, "Dr Holm")
    assert "“Dr Holm”" in format_entry(event)


def test_people_with_a_link_see_only_the_comments_written_with_it_and_the_replies(story, ana, jonas):
    add_comment(story, "He is wrong.", by=jonas, at=AT)
    comment = comment_with_link(story, by=ana)
    add_reply(comment, "It is so.", by=jonas, at=AT)
    other = make_question()
    add_comment(other, "Elsewhere", by=jonas, at=AT)
    (thread,) = load_comments_of_link(comment.link, story, newest_document(story)).threads
    assert [thread.first.text, *(reply.text for reply in thread.replies)] == ["Is that so?", "It is so."]


def test_a_link_that_is_revoked_or_allows_no_comments_is_refused(story, ana):
    comment_with_link(story, by=ana)
    link = story.shared_previews.get()
    ends_at = clock.now() + timedelta(days=1)
    read_only = shared_previews.create_link(story, by=ana, label="Reads only", ends_at=ends_at)
    shared_previews.revoke_link(link, by=ana)
    for shared, token in ((link, "x" * 43), (read_only.link, read_only.token)):
        with pytest.raises(CommentRefusedError):
            add_outside_comment(shared, token, story, "More", at=clock.now(), shown_revision=1)
    with pytest.raises(CommentRefusedError):
        add_outside_comment(read_only.link, read_only.token, make_question(), "More", at=clock.now(), shown_revision=1)
    assert Comment.objects.count() == 1


def test_erasing_a_work_deletes_its_comments(story, ana, jonas):
    comment = comment_with_link(story, by=ana)
    add_reply(comment, "It is so.", by=jonas, at=AT)
    add_comment(story, "@ana look", by=jonas, at=AT, quote="Nobody was warned")
    unrelated = add_comment(make_question(), "Stays", by=jonas, at=AT)
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [unrelated]


def test_erasing_a_passage_deletes_the_comments_on_it(story, ana, jonas):
    add_comment(story, "Who?", by=jonas, at=AT, quote="Nobody was warned")
    add_comment(story, "Here?", by=jonas, at=AT, place=get_text_key(story))
    unrelated = add_comment(story, "On all of it", by=jonas, at=AT)
    uid = newest_document(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [unrelated]


@pytest.mark.parametrize(
    "quote", ["The sea came in at three. Nobody was warned. Why was that?", "So nobody was  WARNED of it"]
)
def test_erasing_a_passage_deletes_comments_that_quote_a_few_words_of_it(story, ana, quote):
    comment = comment_with_link(story, by=ana, quote=quote)
    assert (comment.place, comment.quote) == ("", quote)
    uid = newest_document(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert not Comment.objects.exists()


def test_erasing_a_passage_keeps_comments_that_quote_other_words(story, ana):
    comment = comment_with_link(story, by=ana, quote="There was a flood here once")
    uid = newest_document(story).sections[0].uid
    publishing.erase.erase_passage(story, uid, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [comment]


def test_erasing_an_edition_deletes_the_comments_on_its_revision(ana, jonas):
    story = make_published_story(by=jonas)
    edition = story.editions.get()
    add_comment(story, "On the old", by=jonas, at=AT, place="headline")
    story.headline = "Why the barrier stood open that night"
    story.save()
    revisions.record_revision(story, by=jonas)
    publishing.publish(story, by=jonas, change=make_update())
    unrelated = add_comment(story, "On the new", by=jonas, at=AT, place="headline")
    publishing.erase.erase_edition(edition, by=make_user(role="Administrator"), reason="Court order 7")
    assert list(Comment.objects.all()) == [unrelated]
