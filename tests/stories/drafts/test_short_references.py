"""Short names of references: uids become short names, and typed names become uids again."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.redirects.models import Address
from newsroom.text.markdown.links import LinkTarget
from stories.drafts.short_references import Name, ShortNames, resolve_names
from stories.workflow import trash
from tests.effort import at_most
from tests.factories import make_published_story, make_question, make_story, make_topic, make_user
from topics.merge import merge_topics

KINDS = {"story", "question", "topic"}
UIDS = [UUID(int=number) for number in range(1, 5)]
NAMES = ShortNames(
    {
        Name("topic", "kelmar-barrier"): LinkTarget("topic", UIDS[0]),
        Name("topic", "kelmar-barrier.2"): LinkTarget("topic", UIDS[1]),
        Name("picture", "storm"): LinkTarget("picture", UIDS[0]),
        Name("story", "مرفأ"): LinkTarget("story", UIDS[2]),
    }
)
TEXTS = st.lists(
    st.one_of(
        st.builds(
            "{}[{}]({}{}:{}{}".format,
            st.sampled_from(["", "!", "\\", "`"]),
            st.sampled_from(["words", "", "[@3]"]),
            st.sampled_from(["", "<", " "]),
            st.sampled_from(["topic", "TOPIC", "picture", "story", "question"]),
            st.sampled_from([*map(str, UIDS), UIDS[0].hex, str(UIDS[1]).upper()]),
            st.sampled_from([")", ">)", ' "Title")', "", ")`"]),
        ),
        st.sampled_from(["\n", "\n\n", "`", "```\n", " ", "Words.", "\\", "](", "[@3]"]),
        st.text(max_size=5),
    ),
    max_size=20,
).map("".join)


def resolve(text, names, kinds=KINDS):
    return resolve_names({"text": text}, carried=names, kinds=kinds, with_near_names=True)


def complaints(text, names=NAMES, kinds=KINDS):
    return [str(unknown) for unknown in resolve(text, names, kinds).unknown.get("text", ())]


@given(TEXTS)
def test_resolving_what_was_shortened_gives_the_same_text(text):
    shortened = NAMES.shorten(text)
    assert resolve(shortened, NAMES, kinds=()).texts["text"] == text
    assert resolve(text, NAMES, kinds=()).texts["text"] == text, "Uids are accepted as they are."
    assert NAMES.shorten(shortened) == shortened


def test_a_form_carries_its_names():
    assert ShortNames.parse(str(NAMES)) == NAMES
    damaged = f"topic:pier={uuid4()} topic:x=1 =y outlet:x={uuid4()} topic:={uuid4()} {'x' * 50} a=b=c"
    assert [str(name) for name in ShortNames.parse(damaged).targets] == ["topic:pier"]


@pytest.mark.django_db
def test_objects_are_named_by_their_present_slugs(django_assert_num_queries):
    topic, story, question = make_topic(slug="barrier"), make_story(slug="gates"), make_question(slug="why")
    text = f"[a](topic:{topic.uid}) [b](story:{story.uid}) [c](question:{question.uid}) [d](topic:{uuid4()})"
    with django_assert_num_queries(2):
        names = ShortNames.load([text, text], kinds=KINDS)
    assert names.shorten(text).startswith("[a](topic:barrier) [b](story:gates) [c](question:why) [d](topic:")
    assert ShortNames.load([text], kinds={"story"}).shorten(text).startswith(f"[a](topic:{topic.uid}) [b](story:gates)")
    with django_assert_num_queries(0):
        assert resolve(names.shorten(text), names).texts["text"] == text


@pytest.mark.django_db
def test_a_merged_topic_has_the_name_of_the_remaining_one_and_keeps_its_uid():
    old, remaining = make_topic(slug="old-barrier"), make_topic(slug="barrier")
    merge_topics(old, remaining, by=make_user(role="Curator"))
    only_old, both = f"[a](topic:{old.uid})", f"[a](topic:{old.uid}) [b](topic:{remaining.uid})"
    names = ShortNames.load([only_old], kinds=KINDS)
    assert names.shorten(only_old) == "[a](topic:barrier)"
    assert resolve("[a](topic:barrier)", names).texts["text"] == only_old
    names = ShortNames.load([both], kinds=KINDS)
    assert names.shorten(both) == "[a](topic:barrier.2) [b](topic:barrier)"
    assert resolve(names.shorten(both), names).texts["text"] == both
    typed = resolve("[a](topic:old-barrier) [b](topic:Barrier)", ShortNames()).texts["text"]
    assert typed == f"[a](topic:{remaining.uid}) [b](topic:{remaining.uid})"


@pytest.mark.django_db
def test_pictures_are_named_by_their_titles_and_told_apart_by_numbers():
    titles = dict(zip(UIDS, ["Storm barrier", "Storm barrier", "!", "Gate (east)"], strict=True))
    names = ShortNames.load([], kinds=KINDS, pictures=titles)
    assert [str(name) for name in names.targets] == [
        "picture:storm-barrier", "picture:storm-barrier.2", "picture:picture", "picture:gate-east",
    ]  # fmt: skip
    assert complaints("![](picture:storm-barier)", names) == [
        "There is no picture “storm-barier” on this page. Did you mean “storm-barrier” or “storm-barrier.2”?"
    ]


@pytest.mark.django_db
def test_typed_names_are_looked_up_in_a_constant_number_of_queries(django_assert_num_queries):
    topics = [make_topic() for _ in range(5)]
    stories = [make_story() for _ in range(2)]
    links = [*(f"[x](topic:{topic.slug})" for topic in topics), *(f"[x](story:{story.slug})" for story in stories)]
    with django_assert_num_queries(3):
        resolved = resolve(" ".join(links), ShortNames())
    assert not resolved.unknown
    assert all(str(each.uid) in resolved.texts["text"] for each in (*topics, *stories))


@pytest.mark.django_db
def test_a_numbered_name_means_nothing_on_another_form():
    make_topic(slug="harbour-2")
    assert complaints("[x](topic:harbour.2)", ShortNames())[0].startswith("There is no topic “harbour.2”.")


@pytest.mark.django_db
def test_near_names_are_compared_with_a_limited_number_of_names():
    carried = {Name("topic", f"harbour-{number}"): LinkTarget("topic", uuid4()) for number in range(20_000)}
    with at_most(3):
        (complaint,) = complaints("[x](topic:harbur-7)", ShortNames(carried))
    assert "“harbour-7”" in complaint


@pytest.mark.django_db
def test_an_address_that_readers_knew_still_names_its_page():
    story = make_published_story(slug="gates")
    story.slug = "nine-gates"
    story.save()
    assert Address.objects.owner_uid("story", "gates") == story.uid
    assert resolve("[x](story:gates)", ShortNames()).texts["text"] == f"[x](story:{story.uid})"


@pytest.mark.django_db
def test_an_unknown_name_is_reported_with_near_names():
    for slug in ("kelmar-barrier", "kelmar-bay", "barrier-island", "port-lisle"):
        make_topic(slug=slug)
    assert complaints("[x](topic:kelmar-barier)", ShortNames())[0].startswith(
        "There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”"
    )
    assert complaints("[x](topic:xylophone)", ShortNames()) == ["There is no topic “xylophone”."]
    assert complaints("`[x](topic:xylophone)` \\[x\\](topic:kelmar)", ShortNames()) == []


@pytest.mark.django_db
def test_names_reveal_nothing_that_the_user_may_not_see():
    topic, story = make_topic(slug="kelmar-barrier"), make_story(slug="kelmar-gates")
    known, unknown = "[x](topic:kelmar-barrier)", "[x](topic:kelmar-barrie)"
    assert resolve(known, ShortNames(), kinds={"story"}).texts["text"] == known
    assert complaints(known, ShortNames(), kinds={"story"}) == ["There is no topic “kelmar-barrier”."]
    assert complaints(unknown, ShortNames(), kinds={"story"}) == ["There is no topic “kelmar-barrie”."]
    assert ShortNames.load([f"[x](topic:{topic.uid})"], kinds={"story"}).targets == {}
    trash.move_to_trash(story, by=make_user())
    assert complaints("[x](story:kelmar-gates)", ShortNames()) == ["There is no story “kelmar-gates”."]
