"""Documents for every check: some that fail it, and some that just pass it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from stories.checks import CheckContext
from stories.checks.house_style import Entry
from stories.checks.similarity import get_stems
from stories.documents import (
    AnyDocument,
    AskedQuestion,
    Cell,
    Claim,
    Explainer,
    Forecast,
    KeyFigure,
    NamedOutlet,
    NamedTopic,
)
from stories.documents.forecasts import frozen_digest
from stories.models import Change, ChangeNote
from tests.stories.checks.documents import (
    COURIER,
    PIER,
    PROPOSED,
    WIRE,
    answer,
    compared,
    forecast,
    passage,
    picture,
    question,
    sections,
    source,
    story,
    with_background,
    with_passages,
    with_standfirst,
    with_what_happened,
)

type Case = AnyDocument | tuple[AnyDocument, CheckContext]


@dataclass(frozen=True)
class CheckCases:
    """The documents for one check: those in ``fails`` have findings of the check; those in ``passes`` have none."""

    fails: tuple[Case, ...]
    passes: tuple[Case, ...]


OTHER = UUID("5c0e7c1e-0a55-4d0b-9f6e-2f7d3f0b7f10")
WITH_STORY_LINK = with_standfirst(f"Read of the [cracked pillar](story:{OTHER}).")
WITH_TOPIC_LINK = with_standfirst(f"Read of the [old quay](topic:{OTHER}).")
WITH_QUESTION = story(questions=(AskedQuestion(uid=OTHER, question="Who pays for the pillar?"),))
BEFORE = story()
ARABIC = "أغلق مكتب الميناء الرصيف الشمالي"
MINISTRY = forecast(speaker="Finance ministry", due_on=date(2031, 12, 31))
LONG_COPY = "The lorries go round by the old quay because the third pillar of the north pier is cracked"
MERGED = CheckContext(merged={COURIER.uid or OTHER: "The Lisle Courier and Post", PIER.topic or OTHER: "Port of Lisle"})


AT_TEN_OF_MARCH = CheckContext(at=datetime(2031, 3, 10, 12, tzinfo=UTC))
WORDS = CheckContext(
    house_words=(Entry(1, "web site", "website", "One word.", language="en"), Entry(2, "very", reason="Say how old."))
)


type Kind = Literal["figure", "date", "quotation", "attribution", "fact"]


def with_cells(*cells: dict[str, Any], kind: Kind = "figure", **fields: Any) -> Explainer:
    """Make a story with a point that compares these cells, each with a source and a day unless it says otherwise."""
    outlets = (COURIER, WIRE)
    usual = {"source": 1, "as_of": date(2031, 3, 9)}
    built = tuple(
        Cell(uid=uuid4(), outlet=outlet, **{**usual, **cell}) for outlet, cell in zip(outlets, cells, strict=False)
    )
    return story(claims=(Claim(uid=OTHER, claim="Homes emptied", kind=kind, cells=built),), **fields)


def with_mark(words: str, cell: dict[str, Any] | None = None, *, kind: Kind = "figure") -> Explainer:
    """Make a story that marks these words as a point on which two outlets give some 4,200."""
    given = {"value": "some 4,200", "low": "4200", "high": "4200", "approximate": True} if cell is None else cell
    return with_cells(given, given, kind=kind).changed(
        sections=with_what_happened(f"It emptied [{words}](claim:{OTHER}).[@1]").sections
    )


def with_change_note(note: ChangeNote | None, document: AnyDocument = BEFORE) -> Case:
    """Return ``document`` with a context in which it replaces BEFORE, has this change note and needs one."""
    return document, CheckContext(previous=BEFORE, change=note, asks_for_change=True)


def with_other_question(wording: str, other: str) -> Case:
    """Return a question with this wording, and a context that contains the wording of another question."""
    return question(question=wording), CheckContext(other_questions={other: get_stems(other, "en")})


def with_figures(number: int = 2, **fields: Any) -> Explainer:
    """Return a story with this number of figures."""
    usual = {"value": "4,200", "counts": "lorries a week", "according_to": "The harbour office", "source": 1}
    return story(figures=tuple(KeyFigure(uid=uuid4(), **{**usual, **fields}) for _ in range(number)))


def with_forecast(**fields: Any) -> Explainer:
    """Return a story with a forecast."""
    return story(forecasts=(forecast(**{"due_on": date(2031, 12, 31), **fields}),))


def with_sentence_ahead(*forecasts: Forecast) -> Case:
    """Return a story that tells what the ministry expects, with these forecasts."""
    text = "The tunnel will open by the end of 2032, the ministry said.[@1] It was closed in 2030."
    return story(passages=(passage(text, COURIER, sources=(1,)),), forecasts=forecasts), AT_TEN_OF_MARCH


def with_frozen_forecast(public: Forecast, *forecasts: Forecast) -> Case:
    """Return a story with these forecasts, and a context in which readers have seen one."""
    frozen = {public.uid: frozenset({frozen_digest(public, None)})}
    return story(forecasts=forecasts), CheckContext(previous=story(forecasts=(public,)), frozen_forecasts=frozen)


def with_timeline(text: str, **others: str) -> Case:
    """Return a story with a timeline, and a context for its publication on 10 November 2026."""
    return story(sections=sections(timeline=text, **others)), on_day(date(2026, 11, 10))


def on_day(day: date) -> CheckContext:
    """Return a context for publication on this day."""
    return CheckContext(at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


CASES: dict[str, CheckCases] = {
    "headline.given": CheckCases((story(headline=" "),), (story(),)),
    "headline.confirmed": CheckCases((story(headline_confirmed=False),), (story(), story(headline=""))),
    "headline.length": CheckCases(
        (story(headline="The pier is closed."), story(headline="p" * 111)),
        (
            story(headline="The pier is closed:1"),
            story(headline="p" * 110),
            story(headline="北码头为何对卡车关闭至今", language="zh"),
        ),
    ),
    "headline.once": CheckCases(
        ((story(), CheckContext(live_headlines=frozenset({"why the north pier is closed"}))),),
        ((story(), CheckContext(live_headlines=frozenset({"why the north pier is closed again"}))),),
    ),
    "summary.length": CheckCases(
        (with_standfirst("word " * 60 + "more."),), (with_standfirst("word " * 59 + "more [@1]."),)
    ),
    "sections.present": CheckCases(
        (
            story(sections=sections()[1:]),
            story(sections=sections(background=" ")),
            story(passages=()),
        ),
        (story(),),
    ),
    "sections.unknowns": CheckCases(
        (
            with_timeline("- 2026-11-09 — It closed.\n- 2026-12-01 — The office decides."),
            with_timeline("- 2026-11-11 09:00 — The office decides."),
            with_timeline("- **1 December 2026:** The office decides."),
        ),
        (
            with_timeline("- 2026-11-10 — It closed."),
            with_timeline("- 2026-12 — The office decides.\n- **In spring:** It opens.\n- 12 lorries"),
            with_timeline("The office decides on 2026-12-01."),
            with_timeline("- 2026-12-01 — The office decides.", unknowns="- [open] Who pays? No one has said."),
            story(sections=sections(timeline="- 2026-12-01 — The office decides.")),
        ),
    ),
    "text.half": CheckCases((story(cut_off=True), question(cut_off=True)), (story(), question())),
    "figures.source": CheckCases((with_figures(source=None),), (with_figures(), story())),
    "figures.counts": CheckCases((with_figures(counts=" "),), (with_figures(),)),
    "figures.number": CheckCases((with_figures(1), with_figures(7)), (with_figures(2), with_figures(6), story())),
    "claims.outlets": CheckCases((with_cells(), with_cells({})), (with_cells({}, {}), story())),
    "claims.silent": CheckCases(
        (
            with_cells({}, {"stance": "silent", "source": None}),
            with_cells({}, {"stance": "silent", "as_of": None}),
        ),
        (with_cells({}, {"stance": "silent"}), with_cells({}, {"stance": "unclear", "as_of": None})),
    ),
    "claims.source": CheckCases(
        (with_cells({}, {"source": None}), with_cells({}, {"stance": "unclear", "source": None})),
        (with_cells({}, {}), with_cells({}, {"stance": "silent", "source": None})),
    ),
    "claims.marked": CheckCases(
        (
            with_mark("some 4,300 homes"),
            with_mark("up to 4,200", {"low": "4200"}),
            with_what_happened(f"It emptied [some 4,200 homes](claim:{OTHER})."),
        ),
        (
            with_mark("4,200 homes"),
            with_mark("The emptied homes"),
            with_mark("4,300 homes", kind="fact"),
        ),
    ),
    "question.given": CheckCases((question(question=""),), (question(),)),
    "question.confirmed": CheckCases((question(question_confirmed=False),), (question(), question(question=""))),
    "question.mark": CheckCases(
        (
            question(question="Who pays for the pillar"),
            question(answers=(answer(question="Is it the harbour office."),)),
            question(question="Who pays;"),
        ),
        (
            question(question="من يدفع ثمن العمود؟", language="ar"),
            question(question="谁来付钱？", language="zh"),
            question(question="Ποιος πληρώνει;", language="el"),
            question(question="Who said “I pay?”"),
        ),
    ),
    "question.state": CheckCases(
        (question(state="answered", answers=()), question(state="answered", answers=(answer(" "),))),
        (question(), question(state="answered"), question(state="partly", answers=()), question(answers=())),
    ),
    "question.answers": CheckCases(
        (
            question(answers=()),
            question(answers=(answer(" "),)),
            question(state="open", answers=()),
            question(state="open", missing=" ", answers=(answer(" "),)),
            question(state="partly", missing="The log of the pillar.", answers=()),
        ),
        (
            question(),
            question(state="open"),
            question(state="open", missing="The log of the pillar.", answers=()),
            question(state="open", missing="The log of the pillar.", answers=(answer(" "),)),
        ),
    ),
    "question.short-answer": CheckCases(
        (
            question(short_answer="", short_answer_as_of=None),
            question(short_answer="The harbour office pays."),
            question(short_answer_as_of=None),
            question(state="answered", short_answer="The harbour office pays."),
        ),
        (question(), *(question(state=state, short_answer="") for state in ("open", "partly", "answered"))),
    ),
    "question.short-answer-given": CheckCases(
        (question(state="partly", short_answer=""), question(state="answered", short_answer=" ")),
        (question(state="partly"), question(state="open", short_answer=""), question(short_answer="")),
    ),
    "answers.expired": CheckCases(
        (
            (question(short_answer_as_of=None, short_answer_expires_on=date(2031, 3, 9)), AT_TEN_OF_MARCH),
            (question(answers=(answer(expires_on=date(2031, 3, 9)),)), AT_TEN_OF_MARCH),
            question(short_answer_expires_on=date(2031, 3, 19)),
            question(answers=(answer(as_of=date(2031, 3, 10), expires_on=date(2031, 3, 9)),)),
        ),
        (
            (question(short_answer_as_of=None, short_answer_expires_on=date(2031, 3, 10)), AT_TEN_OF_MARCH),
            (question(answers=(answer(expires_on=date(2031, 3, 10)),)), AT_TEN_OF_MARCH),
            (question(), AT_TEN_OF_MARCH),
            (question(state="open", short_answer_expires_on=date(2031, 3, 9)), AT_TEN_OF_MARCH),
            (question(short_answer=" ", short_answer_expires_on=date(2031, 3, 9)), AT_TEN_OF_MARCH),
            question(short_answer_expires_on=date(2031, 3, 20)),
            question(answers=(answer(as_of=date(2031, 3, 10), expires_on=date(2031, 3, 10)),)),
            question(answers=(answer(expires_on=date(2031, 3, 9)),)),
        ),
    ),
    "answers.as-of": CheckCases(
        (
            question(answers=(answer("It costs 40,000 crowns."),)),
            question(answers=(answer("Nobody has paid so far."),)),
            question(answers=(answer("Bisher hat niemand gezahlt."),), language="de-AT"),
            question(answers=(answer("لم يدفع أحد حتى الآن."),), language="ar"),
            question(answers=(answer("Nadie ha pagado todavía."),), language="es"),
            question(answers=(answer("Personne n’a encore payé."),), language="fr"),
        ),
        (
            question(),
            question(answers=(answer("It costs 40,000 crowns so far.", as_of=date(2031, 3, 10)),)),
            question(answers=(answer("He knows the nowhere people."),)),
            question(answers=(answer("Nobody has paid so far."),), language="nl"),
        ),
    ),
    "question.short-answer-length": CheckCases(
        (question(short_answer="word " * 24), question(short_answer="word " * 41)),
        (question(short_answer="word " * 25), question(short_answer="word " * 40), question(short_answer="")),
    ),
    "question.short-answer-day": CheckCases(
        (question(short_answer_as_of=date(2031, 3, 9), citations=(source(9, published_on=date(2031, 3, 10)),)),),
        (
            question(short_answer_as_of=date(2031, 3, 10), citations=(source(9, published_on=date(2031, 3, 10)),)),
            question(
                short_answer_as_of=date(2031, 3, 9),
                citations=(source(9), source(2, published_on=date(2031, 3, 10))),
            ),
        ),
    ),
    "question.once": CheckCases(
        (
            with_other_question("Who pays for the cracked pillar?", "Who pays for the cracked pillars?"),
            with_other_question("May lorries use the north pier again?", "May a lorry use the north pier again?"),
        ),
        (
            with_other_question("Who pays for the cracked pillar?", "Who measures the cracked pillar?"),
            with_other_question("", "Who measures the cracked pillar?"),
        ),
    ),
    "question.topic": CheckCases((question(topics=()),), (question(), story(topics=()))),
    "topics.some": CheckCases((story(topics=()),), (story(),)),
    "topics.confirmed": CheckCases(
        (story(topics=(NamedTopic(uid=uuid4(), topic=None, name="Pillar"),)),), (story(), question(topics=()))
    ),
    "outlets.enough": CheckCases(
        (
            with_passages("The Lisle Courier counts lorries."),
            story(passages=(passage("Both lead on the pillar.", COURIER, WIRE),)),
            with_passages("The pillar is cracked, both papers say.", "The pillar is cracked, both papers say."),
            (with_passages("One thing is said here.", "Another is said there."), CheckContext(minimum_outlets=3)),
        ),
        (
            with_passages("The Lisle Courier counts lorries.", "Ansgar Wire asks who signed."),
            story(passages=(passage("Only one speaks.", COURIER), passage("Both lead on the pillar.", COURIER, WIRE))),
            (with_passages("The Lisle Courier counts lorries."), CheckContext(minimum_outlets=1)),
            (
                story(
                    passages=(
                        passage(
                            "Nobody speaks.",
                        ),
                    )
                ),
                CheckContext(minimum_outlets=0),
            ),
        ),
    ),
    "outlets.confirmed": CheckCases(
        (
            story(passages=(passage("It says so.", PROPOSED),)),
            story(claims=(compared(WIRE, PROPOSED),)),
            story(forecasts=(forecast(outlet=PROPOSED),)),
        ),
        (story(), story(claims=(compared(WIRE, COURIER),), forecasts=(forecast(), forecast(outlet=WIRE)))),
    ),
    "outlets.retired": CheckCases(
        ((story(), CheckContext(retired=frozenset({WIRE.uid or OTHER}))),),
        ((story(), CheckContext(retired=frozenset({OTHER}))),),
    ),
    "names.merged": CheckCases(((story(), MERGED),), (story(), (question(topics=()), MERGED))),
    "passages.text": CheckCases(
        (with_passages("It counts lorries.", " "),), (with_passages("It counts lorries.", "No."),)
    ),
    "passages.duplicated": CheckCases(
        ((with_passages(f"{LONG_COPY}."), CheckContext(copied_passages=frozenset({f"{LONG_COPY}."}))),),
        ((with_passages("It was weighed."), CheckContext(copied_passages=frozenset({f"{LONG_COPY}."}))),),
    ),
    "passages.copy": CheckCases(
        (
            with_passages(f"{LONG_COPY}.", f"{LONG_COPY}, it says."),
            with_passages("Too short.", "Too short!"),
            with_passages(
                f"{LONG_COPY}. {LONG_COPY.replace('lorries', 'vans').replace('pillar', 'beam')}.", f"“{LONG_COPY}.”"
            ),
        ),
        (
            with_passages(
                f"{LONG_COPY}.", "The lorries go round by the old quay because nobody counted what they weigh at night."
            ),
            with_passages("Too short.", "As short."),
            with_passages("", ""),
        ),
    ),
    "passages.article": CheckCases(
        (
            with_passages("The Lisle Courier counts lorries."),
            story(passages=(passage("The Lisle Courier counts lorries.", COURIER, sources=(2,)),)),
            with_passages("The paper says so.", language="ar"),
        ),
        (
            with_passages("The Lisle Courier counts lorries.[@1]"),
            with_passages("The Lisle Courier has no article on it."),
            with_passages("Radio Tessen said so on the air."),
            with_passages("In its printed edition the paper counts lorries."),
            story(passages=(passage("We compared what the two say."),)),
        ),
    ),
    "evidence.cited": CheckCases(
        (
            with_background("Some 40 lorries a day have to go round."),
            with_background("It cost £3m."),
            with_background("Half the drivers, or fifty per cent, went home."),
            with_background("“Nobody signed for it,” she said."),
            with_background("« Personne n’a signé », dit-elle."),
            with_background("「第三の柱にはひびが入っていた」と語った。", language="ja"),
            with_background("A first paragraph.[@1]\n\nOnly 12 tonnes are allowed."),
            with_background("The survey says:\n\n- 12 tonnes\n- no more"),
            with_background("| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5 |"),
            with_background("She wrote this:\n\n> Nobody signed for it."),
            story(sections=sections(background="يمر 40 شاحنة في اليوم."), language="ar"),
        ),
        (
            with_background("Some 40 lorries a day have to go round.[@1]"),
            with_background("The pier was built in 1961, and closed on 9 November 2026 at 07:00."),
            with_background("It was March 3, then the 19th century, then 2019–21."),
            with_background("The so-called “heavy” lorries take the M25 to Berth 4, past pier 12."),
            with_background("A survey asked for a limit of ten tonnes."),
            with_background("The survey says:[@1]\n\n- 12 tonnes\n- no more"),
            with_background("| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5[@1] |"),
            with_background("Table: Limits[@1]\n\n| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5 |"),
            with_background("| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5 |\n\nSource: Harbour office.[@1]"),
            with_background("She wrote this:[@1]\n\n> Nobody signed for it."),
            with_background("```\n12 tonnes\n```"),
            with_what_happened("Some 40 lorries a day have to go round."),
        ),
    ),
    "text.placeholder": CheckCases(
        (
            with_standfirst("The cost is TK."),
            story(headline="TODO: say why the pier is closed"),
            story(method_note="Lorem ipsum dolor."),
            with_standfirst("The pillar [...] is cracked."),
            story(lead_picture=picture(alt="XXX")),
            story(pictures=(picture(caption="The pier, TK"),)),
            question(answers=(answer("It pays […]."),)),
            with_cells({"value": "TK"}),
            with_forecast(quotation="It opens on TK."),
        ),
        (
            with_standfirst("The tk-3 gauge of the todo list…"),
            with_standfirst("Todo el muelle, TODO el día.", language="es"),
            with_standfirst("See [the plan](https://lisle.example/XXX)."),
        ),
    ),
    "text.cut-off": CheckCases(
        (
            with_standfirst("The harbour office closed the"),
            with_what_happened("It closed the pier.\n\nThe third pillar was"),
            with_what_happened("The office says:"),
            with_passages("It counts lorries, and"),
            question(answers=(answer("The harbour office pays for"),)),
            with_standfirst("港务局关闭了", language="zh"),
            with_standfirst(ARABIC, language="ar"),
        ),
        (
            with_standfirst(""),
            with_standfirst("The harbour office closed the pier.[@1]"),
            with_standfirst("She said: “It is closed.”"),
            with_standfirst("It is closed (for now.)"),
            with_standfirst("“Closed?” *Really!*"),
            with_what_happened("The office gives three reasons:\n\n- a crack\n- no money"),
            with_what_happened("The office writes:\n\n“It is closed.”"),
            with_what_happened("## Why now\n\n**A crack**\n\nIt is closed."),
            with_what_happened(
                "It is closed.\n\n> The pillar\n\n— Ana Kestrel\n\n[The whole report](https://lisle.example/)"
            ),
            with_what_happened("| Day | Lorries |\n| --- | --- |\n| Monday | none |"),
            with_what_happened("Table: Lorries\n\n| Day |\n| --- |\n| Monday |\n\nSource: Harbour office"),
            with_standfirst(f"{ARABIC}۔", language="ur"),
            with_standfirst(f"هل {ARABIC}؟", language="ar"),
            with_standfirst("港务局关闭了码头。", language="zh"),
            with_standfirst("「閉鎖した。」", language="ja"),
            with_standfirst("घाट बंद है।", language="hi"),
            with_standfirst("ท่าเรือปิดแล้ว", language="th"),
        ),
    ),
    "text.quotation-marks": CheckCases(
        (
            with_standfirst("She said: “It is closed."),
            with_standfirst("She said: It is closed.”"),
            with_standfirst('He said "no.'),
            with_standfirst("Sie sagte: „Es ist zu.", language="de"),
            with_standfirst("Elle dit : « C’est fermé.", language="fr"),
            with_standfirst("「閉鎖した。", language="ja"),
            with_standfirst("She said: ‘It is closed."),
            story(headline="“Closed for good, says the harbour"),
            with_what_happened("“One paragraph.\n\nAnother without a mark."),
        ),
        (
            with_standfirst("She said: “It is ‘closed’.”"),
            with_standfirst("“It’s the drivers’ ‘rest,” she said. “Nobody’s.”"),
            with_standfirst("It’s the pillars’ crack of the ‘90s, rock ’n’ roll, Hawai‘i."),
            with_standfirst('A 12" pipe and a "short" one.'),
            with_standfirst("Sie sagte: „Es ist ‚zu‘.“ »Wirklich?«", language="de"),
            with_standfirst("Elle dit : « C’est “fermé”. »", language="fr"),
            with_standfirst("Hon sa: ”Det är stängt.”", language="sv"),
            with_standfirst("Han sagde: »Den er lukket.«", language="da"),
            with_standfirst("قالت: ”مغلق.“", language="ar"),
            with_standfirst('צה"ל אמר "סגור".', language="he"),
            with_standfirst("「『閉鎖』した。」", language="ja"),
            with_what_happened("“One paragraph.\n\n“And its last.”"),
            with_what_happened('"One paragraph.\n\n"And its last."'),
            with_what_happened("```\nan “open mark\n```"),
        ),
    ),
    "text.day": CheckCases(
        (
            with_standfirst("The pier closed today."),
            with_standfirst("Tomorrow the office decides."),
            question(introduction="What happened yesterday."),
            story(headline="The north pier closed last night"),
            with_standfirst("Der Pier schließt heute.", language="de"),
            with_standfirst("أغلق الرصيف أمس.", language="ar"),
        ),
        (
            with_standfirst("“The pier closed today,” she said."),
            with_standfirst("A reader of Lisle Today counts the todays of the list."),
            with_standfirst("The baker’s last night at the oven."),
            with_what_happened("She wrote:\n\n> It closed today."),
            with_cells({"value": "closed today", "quotation": "Today we close it."}, kind="fact"),
            with_forecast(quotation="It opens tomorrow."),
            with_standfirst("Bryggan stänger today.", language="sv"),
            with_standfirst("Guten Morgen, Lisle.", language="de"),
        ),
    ),
    "forecasts.complete": CheckCases(
        (with_forecast(due_on=None), with_forecast(speaker=" "), with_forecast(expected="")),
        (with_forecast(), with_forecast(due_on=None, state="void")),
    ),
    "forecasts.source": CheckCases(
        (with_forecast(), with_forecast(quotation="It will open.")),
        (with_forecast(source=1), with_frozen_forecast(MINISTRY, MINISTRY)),
    ),
    "forecasts.frozen": CheckCases(
        (
            with_frozen_forecast(MINISTRY, MINISTRY.model_copy(update={"expected": "It opens at night."})),
            with_frozen_forecast(MINISTRY),
            with_frozen_forecast(MINISTRY, forecast(due_on=date(2031, 12, 31))),
        ),
        (
            with_frozen_forecast(MINISTRY, MINISTRY),
            with_frozen_forecast(MINISTRY, MINISTRY, forecast(due_on=date(2031, 12, 31))),
            with_frozen_forecast(MINISTRY, MINISTRY.model_copy(update={"state": "void", "outcome": "It was dropped."})),
        ),
    ),
    "forecasts.decided": CheckCases(
        (
            with_forecast(state="came_true", outcome="It opened.", decided_on=date(2031, 12, 31)),
            with_forecast(state="not_true", outcome=" ", decided_on=date(2031, 12, 31), outcome_source=1),
            with_forecast(state="void", outcome="It was dropped."),
        ),
        (
            with_forecast(),
            with_forecast(state="in_part", outcome="Half of it.", decided_on=date(2031, 12, 31), outcome_source=1),
            with_forecast(state="void", outcome="It was dropped.", decided_on=date(2031, 12, 31)),
        ),
    ),
    "forecasts.due": CheckCases(
        ((with_forecast(due_on=date(2031, 3, 9)), AT_TEN_OF_MARCH),),
        (
            (with_forecast(due_on=date(2031, 3, 10)), AT_TEN_OF_MARCH),
            (with_forecast(due_on=date(2031, 3, 9), state="void"), AT_TEN_OF_MARCH),
            with_forecast(due_on=date(2031, 3, 9)),
        ),
    ),
    "forecasts.looks-ahead": CheckCases(
        (
            with_sentence_ahead(),
            with_sentence_ahead(forecast(expected="It opens at night.", quotation="It opens by Easter")),
            (with_passages("The mayor said the pool will reopen.[@1]"), AT_TEN_OF_MARCH),
        ),
        (
            with_sentence_ahead(forecast(expected="The tunnel will open by the end of 2032, the ministry said.")),
            with_sentence_ahead(forecast(expected="It opens.", quotation="The tunnel will open by the end of 2032")),
            (with_passages("The pool will reopen."), AT_TEN_OF_MARCH),
            (with_passages("If it rains, the match will be moved to Sunday, the club said."), AT_TEN_OF_MARCH),
            (with_background("The tunnel will open by the end of 2032."), AT_TEN_OF_MARCH),
            (story(language="de", passages=(passage("Der Tunnel soll bis Ende 2032 öffnen."),)), AT_TEN_OF_MARCH),
        ),
    ),
    "happened.forecast": CheckCases(
        (
            with_what_happened("The office will decide in March."),
            with_what_happened("It is unlikely to open again."),
            with_what_happened("The limit is expected to fall."),
            with_what_happened("They won’t pay."),
        ),
        (
            with_what_happened("“The office will decide,” she said."),
            with_what_happened("It closed against the will of the drivers."),
            with_what_happened("Will Adebar closed it of his own free will."),
            with_background("The office will decide in March."),
            with_what_happened("Das Amt will im März entscheiden.", language="de"),
        ),
    ),
    "citations.outlet": CheckCases(
        (story(citations=(source(1, NamedOutlet(uid=None, name=" ")), source(2, WIRE))),),
        (story(citations=(source(1, PROPOSED), source(2, WIRE))),),
    ),
    "citations.confirmed": CheckCases((story(citations=(source(1, PROPOSED), source(2, WIRE))),), (story(),)),
    "citations.known": CheckCases(
        (
            with_standfirst("A crack.[@3]"),
            question(introduction="A crack.[@1]"),
            story(pictures=(picture(caption="A crack[@9]"),)),
        ),
        (with_standfirst("A crack.[@2]"), with_standfirst("A crack, cited as `[@3]`.")),
    ),
    "citations.dated": CheckCases(
        (
            story(citations=(source(1, published_on=None), source(2, WIRE))),
            story(citations=(source(1, published_on=None, title=""), source(2, WIRE))),
            question(citations=(source(1, published_on=None),)),
        ),
        (story(), question(citations=(source(1),))),
    ),
    "citations.date": CheckCases(
        ((story(citations=(source(1, published_on=date(2026, 11, 12)), source(2, WIRE))), on_day(date(2026, 11, 10))),),
        (
            (
                story(citations=(source(1, published_on=date(2026, 11, 11)), source(2, WIRE))),
                on_day(date(2026, 11, 10)),
            ),
            story(citations=(source(1, published_on=date(2026, 11, 12)), source(2, WIRE))),
        ),
    ),
    "pictures.alt": CheckCases(
        (story(lead_picture=picture(alt="")), question(pictures=(picture(alt=" "),))),
        (story(lead_picture=picture(alt="", decorative=True)), story(pictures=(picture(),))),
    ),
    "pictures.credit": CheckCases((story(pictures=(picture(credit=""),)),), (story(lead_picture=picture()),)),
    "links.words": CheckCases(
        (
            with_standfirst("The report is [here](https://lisle.example/)."),
            with_standfirst("[Read more…](https://lisle.example/)"),
            with_standfirst("Der Bericht steht [hier](https://lisle.example/).", language="de"),
        ),
        (
            with_standfirst("Read [the report on the pier](https://lisle.example/)."),
            with_standfirst("See [here](https://lisle.example/).", language="sv"),
        ),
    ),
    "links.https": CheckCases(
        (
            with_standfirst("Read [the report](http://lisle.example/)."),
            story(citations=(source(1, url="http://a.example/"), source(2, WIRE))),
        ),
        (with_standfirst("Read [the report](https://lisle.example/) or [write](mailto:pier@lisle.example)."),),
    ),
    "links.drafts": CheckCases(
        (
            (WITH_STORY_LINK, CheckContext(reachable=frozenset())),
            (WITH_TOPIC_LINK, CheckContext(reachable=frozenset())),
        ),
        (
            WITH_STORY_LINK,
            (WITH_STORY_LINK, CheckContext(reachable=frozenset({OTHER}))),
            (WITH_TOPIC_LINK, CheckContext(reachable=frozenset({OTHER}))),
        ),
    ),
    "links.pictures": CheckCases(
        (with_what_happened(f"It is closed.\n\n![](picture:{OTHER})"),),
        (with_what_happened(f"It is closed.\n\n![](picture:{OTHER})", pictures=(picture(uid=OTHER),)),),
    ),
    "questions.live": CheckCases(
        ((WITH_QUESTION, CheckContext(reachable=frozenset())),),
        (WITH_QUESTION, (WITH_QUESTION, CheckContext(reachable=frozenset({OTHER})))),
    ),
    "house.spelling": CheckCases(
        (
            (with_standfirst("A web site says so."), WORDS),
            (story(headline="Why the web site of the harbour says nothing"), WORDS),
            (question(question="Which web site?"), WORDS),
        ),
        (
            with_standfirst("A web site says so."),
            (with_standfirst("A website says so."), WORDS),
            (with_standfirst("“A web site,” the office said."), WORDS),
            (with_cells({"value": "a web site", "quotation": "Our web site is shut."}, kind="fact"), WORDS),
            (with_forecast(quotation="The web site will be open."), WORDS),
            (with_standfirst("Es ist ein web site.").changed(language="de"), WORDS),
        ),
    ),
    "house.banned": CheckCases(
        ((with_standfirst("It is very old."), WORDS),),
        ((with_standfirst("It is old."), WORDS), (with_standfirst("“It is very old,” the office said."), WORDS)),
    ),
    "change.note": CheckCases(
        (
            with_change_note(None),
            with_change_note(ChangeNote(Change.FIRST)),
            with_change_note(ChangeNote(Change.UPDATE, " ")),
            with_change_note(ChangeNote(Change.CLARIFICATION)),
            with_change_note(ChangeNote(Change.RETURN)),
            with_change_note(ChangeNote(Change.CORRECTION, "We said ten.", was_wrong="Ten tonnes.")),
            with_change_note(ChangeNote(Change.CORRECTION, is_right="Nine tonnes.")),
        ),
        (
            with_change_note(ChangeNote(Change.UPDATE, "The limit is named.")),
            with_change_note(ChangeNote(Change.CORRECTION, was_wrong="Ten tonnes.", is_right="Nine tonnes.")),
            with_change_note(ChangeNote(Change.MINOR)),
            (story(), CheckContext(previous=BEFORE)),
            (story(), CheckContext(asks_for_change=True)),
        ),
    ),
    "change.minor": CheckCases(
        (
            with_change_note(
                ChangeNote(Change.MINOR), BEFORE.changed(standfirst="Lorries have to go round by the 3 old quays.")
            ),
        ),
        (
            with_change_note(
                ChangeNote(Change.MINOR), BEFORE.changed(standfirst="Lorries must go round by the old quay.")
            ),
            with_change_note(
                ChangeNote(Change.UPDATE, "It is 3."), BEFORE.changed(standfirst="Lorries go by the 3 old quays.")
            ),
        ),
    ),
}
