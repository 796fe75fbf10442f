"""Hypothesis strategies for plain texts in the forms that imports accept."""

from hypothesis import strategies as st

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse import KnownNames

WORDS = [
    "barrier", "closed", "the", "council", "of", "Kelmar", "Vessara", "3.5", "it’s", "‘no’", "co‑operate", "40°", "£3",
    "€4", "$5", "—", "–", "and", "snake_case", "*stars*", "_under_", "`code`", "[link](x)", "<b>bold</b>", "#tag", "~no~",
    "&amp;", "&", "\\", "|", "U.S.", "Mr.", "سلام", "السد", "\u200fשלום", "日本", "naïve", "e\u0301te", "[@2]", "![a](b)",
    "http://x.example/?a=1&b=2", "1.", "2)", "+", ">", "==", "```", "~~", "***", "<script>alert(1)</script>",
]  # fmt: skip
OUTLETS = ["Reuters", "AFP", "The Lisle Courier", "Radio Tessen", "All Africa", "Harbour & Coast"]
KNOWN = KnownNames(outlets={fold(name): NamedOutlet(uid=None, name=name) for name in OUTLETS})

words = st.one_of(
    st.sampled_from(WORDS),
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Zl", "Zp"],
            exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
        ),
        min_size=1,
        max_size=6,
    ).map(lambda word: "".join(word.split()) or "word"),
)


THE = st.just("The")


@st.composite
def sentence(draw: st.DrawFn, *, first: st.SearchStrategy[str] = THE) -> str:
    """Draw a sentence that begins with a capital letter and ends with a punctuation mark."""
    words_of_sentence = draw(st.lists(words, min_size=1, max_size=8))
    return f"{draw(first)} {' '.join(words_of_sentence)} end{draw(st.sampled_from(['.', '!', '…', '.”', '.']))}"


paragraph = st.lists(sentence(), min_size=1, max_size=3).map(" ".join)


@st.composite
def with_line_breaks(draw: st.DrawFn, text: str) -> str:
    """Draw the text with at most two line breaks inside sentences, as in real files."""
    parts = text.split(" ")
    breaks = draw(st.sets(st.integers(1, len(parts)), max_size=2))
    pieces = [parts[0]]
    for place, part in enumerate(parts[1:], start=1):
        ends_sentence = pieces[-1].endswith((".", "!", "…", "”", "?", ")"))
        may_break = place in breaks and not ends_sentence and part[0].isascii() and part[0].islower()
        pieces.append(("\n" if may_break else " ") + part)
    return "".join(pieces)


coverage_paragraph = st.one_of(
    paragraph,
    sentence(first=st.sampled_from([f"{outlet} reports that" for outlet in OUTLETS])),
    sentence(
        first=st.sampled_from(
            ["Meanwhile, AFP notes that", "The article says", "Both articles say", "All sources agree"]
        )
    ),
    sentence(first=st.just("Reuters, AFP and Radio Tessen highlight")),
    sentence(first=st.just("While Reuters reports that")).map(
        lambda text: text[:-1] + ", AFP’s analysis stresses more."
    ),
)
QUESTIONS = ["Why is the barrier closed?", "Who pays for it?", "When does it open, and how?"]


def heading_as_typed(title: str) -> st.SearchStrategy[str]:
    """Return a strategy for the usual spellings of a heading."""
    curly = title.replace("'", "’")
    return st.sampled_from([title, curly, title.upper(), f"{title}?", f"{curly}:"])


@st.composite
def story_text(draw: st.DrawFn) -> str:
    """Draw the text of a story, in which most parts may be missing."""
    lines: list[str] = []
    if draw(st.booleans()):
        lines.append(draw(paragraph))
    for title in (
        "What's happened",
        "What's behind the headline",
        "What the papers say",
        "How we got here",
        "Timeline",
    ):
        if draw(st.booleans()) or (title == "How we got here" and not lines):
            lines.append(draw(heading_as_typed(title)))
            paragraph_strategy = coverage_paragraph if title == "What the papers say" else paragraph
            paragraphs = draw(st.lists(paragraph_strategy, min_size=1, max_size=3))
            separator = draw(st.sampled_from([" ", "\n", "\n\n"]))
            text = separator.join(paragraphs)
            lines.append(text if "\n" in text else draw(with_line_breaks(text)))
    lines.append(draw(heading_as_typed("What's happened") if not lines else st.just("How we got here")))
    lines.append(draw(paragraph))
    deeper = draw(st.booleans())
    questions = draw(st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=2)) if deeper else []
    topics = draw(st.lists(sentence(first=st.just("Kelmar, officially")), max_size=2)) if deeper else []
    if questions or topics:
        lines.append("Go deeper")
    if questions:
        lines.append(draw(st.sampled_from(["Common question", "Common questions"])))
        for question in questions:
            lines += ["-", question, draw(paragraph)]
    if topics:
        lines.append("More on these topics")
        for topic in topics:
            lines += ["-", topic]
    return draw(st.sampled_from(["\n", "\n", "\r\n"])).join("\n".join(lines).split("\n"))


@st.composite
def question_page_text(draw: st.DrawFn) -> str:
    """Draw the text of a question page, with or without an introduction."""
    lines = [draw(paragraph)] if draw(st.booleans()) else []
    for question in draw(st.lists(st.sampled_from(QUESTIONS), unique=True, min_size=1)):
        lines += [question, draw(paragraph)]
    return draw(st.sampled_from(["\n", "\n\n"])).join(lines)
