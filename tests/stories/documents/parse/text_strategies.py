"""Makes texts of every shape the importer meets, for tests by property."""

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
    """A sentence that begins with a capital and ends with a mark."""
    said = draw(st.lists(words, min_size=1, max_size=8))
    return f"{draw(first)} {' '.join(said)} end{draw(st.sampled_from(['.', '!', '…', '.”', '.']))}"


paragraph = st.lists(sentence(), min_size=1, max_size=3).map(" ".join)


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """The text with some line breaks inside its sentences, as real files have them."""
    parts = text.split(" ")
    breaks = draw(st.sets(st.integers(1, len(parts)), max_size=2))
    pieces = [parts[0]]
    for place, part in enumerate(parts[1:], start=1):
        ends = pieces[-1].endswith((".", "!", "…", "”", "?", ")"))
        breakable = place in breaks and not ends and part[0].isascii() and part[0].islower()
        pieces.append(("\n" if breakable else " ") + part)
    return "".join(pieces)


reported = st.one_of(
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


def heading(words_: str) -> st.SearchStrategy[str]:
    """A heading as people type it."""
    curly = words_.replace("'", "’")
    return st.sampled_from([words_, curly, words_.upper(), f"{words_}?", f"{curly}:"])


@st.composite
def story_text(draw: st.DrawFn) -> str:
    """A whole story in one of its shapes; any part may be missing."""
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
            lines.append(draw(heading(title)))
            body = reported if title == "What the papers say" else paragraph
            found = draw(st.lists(body, min_size=1, max_size=3))
            joint = draw(st.sampled_from([" ", "\n", "\n\n"]))
            text = joint.join(found)
            lines.append(text if "\n" in text else draw(broken(text)))
    lines.append(draw(heading("What's happened") if not lines else st.just("How we got here")))
    lines.append(draw(paragraph))
    deeper = draw(st.booleans())
    asked = draw(st.lists(st.sampled_from(QUESTIONS), unique=True, max_size=2)) if deeper else []
    topics = draw(st.lists(sentence(first=st.just("Kelmar, officially")), max_size=2)) if deeper else []
    if asked or topics:
        lines.append("Go deeper")
    if asked:
        lines.append(draw(st.sampled_from(["Common question", "Common questions"])))
        for question in asked:
            lines += ["-", question, draw(paragraph)]
    if topics:
        lines.append("More on these topics")
        for topic in topics:
            lines += ["-", topic]
    return draw(st.sampled_from(["\n", "\n", "\r\n"])).join("\n".join(lines).split("\n"))


@st.composite
def page_text(draw: st.DrawFn) -> str:
    """A question page: an introduction or none, then pairs."""
    lines = [draw(paragraph)] if draw(st.booleans()) else []
    for question in draw(st.lists(st.sampled_from(QUESTIONS), unique=True, min_size=1)):
        lines += [question, draw(paragraph)]
    return draw(st.sampled_from(["\n", "\n\n"])).join(lines)
