"""Stories and question pages in English, German, Spanish and Arabic, the languages of ``headings.toml``."""

from uuid import UUID, uuid5

from hypothesis import strategies as st

from stories.documents import (
    SECTION_KINDS,
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    QuestionPage,
    Section,
)

PARTS = ("deeper", "questions", "topics")
_NAMESPACE = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")
OUTLETS = [
    NamedOutlet(uid=uuid5(_NAMESPACE, name), name=name) for name in ("Ansgar Wire", "Radio Tessen", "بريد تلمار")
]
SENTENCES = {
    "en": [
        "The gate closed on 3 May 2021 at 4.30 p.m., when 1,200 people were out.", "Nobody was hurt[@1].",
        "“It held,” the *harbour office* said.", "It costs £3.5 million a year – 12% more than planned.",
        "See the [survey of 1998](topic:6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11).[@2]",
    ],
    "de": [
        "Das Tor schloss am 3. Mai 2021 um 16.30 Uhr, als 1.200 Menschen unterwegs waren.", "Verletzt wurde niemand[@1].",
        "„Es hielt“, sagte das *Hafenamt*.", "Größere Übungen kosten 3,5 Millionen Euro – 12 % mehr als geplant.",
        "Siehe die [Prüfung von 1998](topic:6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11).[@2]",
    ],
    "es": [
        "La compuerta se cerró el 3 de mayo de 2021 a las 16.30, con 1.200 personas en la calle.", "No hubo heridos[@1].",
        "«Aguantó», dijo la *oficina del puerto*.", "¡Cuesta 3,5 millones al año, un 12 % más de lo previsto!",
        "Véase la [inspección de 1998](topic:6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11).[@2]",
    ],
    "ar": [
        "أُغلقت البوابة في ٣ مايو ٢٠٢١ عند الساعة 16:30، وكان في الشارع 1,200 شخص.", "ولم يُصب أحد[@1].",
        "«صمدت»، قال *مكتب الميناء*.", "تكلّف 3,5 ملايين في السنة، أي أكثر بنسبة ١٢٪ مما كان مقرراً.",
        "انظر [فحص عام 1998](topic:6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11).[@2]",
    ],
}  # fmt: skip
QUESTIONS = {
    "en": ["Who pays for the gate?", "When does it open again, and how?"],
    "de": ["Wer bezahlt das Tor?", "Wann öffnet es wieder, und wie?"],
    "es": ["¿Quién paga la compuerta?", "¿Cuándo se abre de nuevo, y cómo?"],
    "ar": ["من يدفع ثمن البوابة؟", "متى تُفتح من جديد، وكيف؟"],
}
_LIST_KINDS = {"timeline", "people", "unknowns"}


def _paragraph_texts(language: str) -> st.SearchStrategy[str]:
    paragraph = st.lists(st.sampled_from(SENTENCES[language]), min_size=1, max_size=3).map(" ".join)
    return st.lists(paragraph, min_size=1, max_size=3).map("\n\n".join)


def _list_texts(language: str) -> st.SearchStrategy[str]:
    item = st.tuples(st.sampled_from(["**1998**: ", "**3/5/2021** – ", ""]), st.sampled_from(SENTENCES[language]))
    return st.lists(item.map("".join), min_size=1, max_size=3).map(lambda items: "\n".join(f"- {one}" for one in items))


@st.composite
def explainers(draw: st.DrawFn) -> Explainer:
    """Draw an explainer in one of the languages. Its sections have no headings."""
    language = draw(st.sampled_from(sorted(SENTENCES)))
    kinds = draw(st.lists(st.sampled_from([code for code in SECTION_KINDS if code != "free"]), min_size=1, unique=True))
    headings = PartHeadings.usual(language)
    texts, lists = _paragraph_texts(language), _list_texts(language)
    questions = draw(st.lists(st.sampled_from(QUESTIONS[language]), unique=True, max_size=2))
    topics = draw(st.lists(texts, max_size=2))
    return Explainer(
        uid=_NAMESPACE,
        slug="gate",
        language=language,
        standfirst=draw(st.just("") | st.sampled_from(SENTENCES[language])),
        sections=tuple(
            Section(
                uid=uuid5(_NAMESPACE, kind),
                kind=kind,
                heading="",
                text="" if kind == "papers" else draw(lists if kind in _LIST_KINDS else texts),
            )
            for kind in kinds
        ),
        passages=tuple(
            Passage(
                uid=uuid5(_NAMESPACE, f"passage {place}"),
                text=draw(texts),
                outlets=tuple(draw(st.lists(st.sampled_from(OUTLETS), unique=True, max_size=3))),
                sources=(1,),
                opens_paragraph=draw(st.booleans()),
            )
            for place in range(draw(st.integers(1, 3)) if "papers" in kinds else 0)
        ),
        questions=tuple(
            AskedQuestion(uid=uuid5(_NAMESPACE, question), question=question, teaser=draw(texts))
            for question in questions
        ),
        topics=tuple(
            NamedTopic(uid=uuid5(_NAMESPACE, f"topic {place}"), topic=None, name="Kelmar", description=description)
            for place, description in enumerate(topics)
        ),
        citations=_citations(),
        headings=headings,
    )


def make_story(language: str, *, headings: dict[str, str] | None = None) -> Explainer:
    """Return a story with passages, questions, a topic, and sections of every kind but *free*, without headings."""
    sentences = SENTENCES[language]
    return Explainer(
        uid=_NAMESPACE,
        slug="gate",
        language=language,
        headline="Kelmar",
        sections=tuple(
            Section(
                uid=uuid5(_NAMESPACE, kind),
                kind=kind,
                heading="",
                text=""
                if kind == "papers"
                else f"- {sentences[0]}\n- {sentences[1]}"
                if kind in _LIST_KINDS
                else " ".join(sentences),
            )
            for kind in SECTION_KINDS
            if kind != "free"
        ),
        passages=(
            Passage(uid=uuid5(_NAMESPACE, "several"), text=sentences[3], outlets=tuple(OUTLETS), sources=(1, 2)),
            Passage(uid=uuid5(_NAMESPACE, "compared"), text=sentences[1], opens_paragraph=True),
        ),
        questions=tuple(
            AskedQuestion(uid=uuid5(_NAMESPACE, question), question=question, teaser=sentences[2])
            for question in QUESTIONS[language]
        ),
        topics=(NamedTopic(uid=uuid5(_NAMESPACE, "topic"), topic=None, name="Kelmar", description=sentences[3]),),
        citations=_citations(),
        headings=PartHeadings(**headings) if headings else PartHeadings.usual(language),
    )


def make_question_page(language: str) -> QuestionPage:
    """Return a question page with answers and a topic."""
    sentences = SENTENCES[language]
    return QuestionPage(
        uid=_NAMESPACE,
        slug="gate",
        language=language,
        question=QUESTIONS[language][0],
        introduction=sentences[2],
        answers=tuple(
            Answer(uid=uuid5(_NAMESPACE, question), question=question, text=" ".join(sentences))
            for question in QUESTIONS[language]
        ),
        topics=(NamedTopic(uid=uuid5(_NAMESPACE, "topic"), topic=None, name="Kelmar", description=sentences[3]),),
        citations=_citations(),
    )


def _citations() -> tuple[CitedArticle, ...]:
    return tuple(
        CitedArticle(
            number=number,
            article=uuid5(_NAMESPACE, f"article {number}"),
            outlet=OUTLETS[0],
            url=f"https://wire.example/{number}",
            title=f"Gate {number}",
        )
        for number in (1, 2)
    )
