"""For every check: documents that trip it, and ones that just do not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from stories.checks import CheckContext
from stories.checks.house_style import Entry
from stories.checks.similarity import get_stems
from stories.documents import AnyDocument, AskedQuestion, NamedTopic
from stories.models import Change, ChangeNote
from tests.stories.checks.documents import (
    COURIER,
    PIER,
    PROPOSED,
    WIRE,
    answer,
    behind,
    happened,
    passage,
    picture,
    question,
    said,
    sections,
    source,
    story,
    told,
)

type Case = AnyDocument | tuple[AnyDocument, CheckContext]


@dataclass(frozen=True)
class Pair:
    """What trips a check, and what does not quite."""

    trips: tuple[Case, ...]
    passes: tuple[Case, ...]


OTHER = UUID("5c0e7c1e-0a55-4d0b-9f6e-2f7d3f0b7f10")
LINKED = told(f"Read of the [cracked pillar](story:{OTHER}).")
TOPIC_LINKED = told(f"Read of the [old quay](topic:{OTHER}).")
ASKING = story(questions=(AskedQuestion(uid=OTHER, question="Who pays for the pillar?"),))
BEFORE = story()
ARABIC = "أغلق مكتب الميناء الرصيف الشمالي"
LONG_COPY = "The lorries go round by the old quay because the third pillar of the north pier is cracked"
MERGED = CheckContext(merged={COURIER.uid or OTHER: "The Lisle Courier and Post", PIER.topic or OTHER: "Port of Lisle"})


WORDS = CheckContext(
    house_words=(Entry(1, "web site", "website", "One word.", language="en"), Entry(2, "very", reason="Say how old."))
)


def changed(note: ChangeNote | None, document: AnyDocument = BEFORE) -> Case:
    """Ask what changed since BEFORE."""
    return document, CheckContext(previous=BEFORE, change=note, asks_for_change=True)


def asking_near(wording: str, other: str) -> Case:
    """Ask one question where another is on the desk."""
    return question(question=wording), CheckContext(other_questions={other: get_stems(other, "en")})


def at(day: date) -> CheckContext:
    """Look at a document on a day."""
    return CheckContext(at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


CASES: dict[str, Pair] = {
    "headline.given": Pair((story(headline=" "),), (story(),)),
    "headline.confirmed": Pair((story(headline_confirmed=False),), (story(), story(headline=""))),
    "headline.length": Pair(
        (story(headline="The pier is closed."), story(headline="p" * 111)),
        (
            story(headline="The pier is closed:1"),
            story(headline="p" * 110),
            story(headline="北码头为何对卡车关闭至今", language="zh"),
        ),
    ),
    "headline.once": Pair(
        ((story(), CheckContext(live_headlines=frozenset({"why the north pier is closed"}))),),
        ((story(), CheckContext(live_headlines=frozenset({"why the north pier is closed again"}))),),
    ),
    "summary.length": Pair((told("word " * 60 + "more."),), (told("word " * 59 + "more [@1]."),)),
    "sections.present": Pair(
        (
            story(sections=sections()[1:]),
            story(sections=sections(background=" ")),
            story(passages=()),
        ),
        (story(),),
    ),
    "text.half": Pair((story(cut_off=True), question(cut_off=True)), (story(), question())),
    "question.given": Pair((question(question=""),), (question(),)),
    "question.confirmed": Pair((question(question_confirmed=False),), (question(), question(question=""))),
    "question.mark": Pair(
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
    "question.answers": Pair((question(answers=()), question(answers=(answer(" "),))), (question(),)),
    "question.once": Pair(
        (
            asking_near("Who pays for the cracked pillar?", "Who pays for the cracked pillars?"),
            asking_near("May lorries use the north pier again?", "May a lorry use the north pier again?"),
        ),
        (
            asking_near("Who pays for the cracked pillar?", "Who measures the cracked pillar?"),
            asking_near("", "Who measures the cracked pillar?"),
        ),
    ),
    "question.topic": Pair((question(topics=()),), (question(), story(topics=()))),
    "topics.some": Pair((story(topics=()),), (story(),)),
    "topics.confirmed": Pair(
        (story(topics=(NamedTopic(uid=uuid4(), topic=None, name="Pillar"),)),), (story(), question(topics=()))
    ),
    "outlets.enough": Pair(
        (
            said("The Lisle Courier counts lorries."),
            story(passages=(passage("Both lead on the pillar.", COURIER, WIRE),)),
            said("The pillar is cracked, both papers say.", "The pillar is cracked, both papers say."),
            (said("One thing is said here.", "Another is said there."), CheckContext(minimum_outlets=3)),
        ),
        (
            said("The Lisle Courier counts lorries.", "Ansgar Wire asks who signed."),
            story(passages=(passage("Only one speaks.", COURIER), passage("Both lead on the pillar.", COURIER, WIRE))),
            (said("The Lisle Courier counts lorries."), CheckContext(minimum_outlets=1)),
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
    "outlets.confirmed": Pair((story(passages=(passage("It says so.", PROPOSED),)),), (story(),)),
    "outlets.retired": Pair(
        ((story(), CheckContext(retired=frozenset({WIRE.uid or OTHER}))),),
        ((story(), CheckContext(retired=frozenset({OTHER}))),),
    ),
    "names.merged": Pair(((story(), MERGED),), (story(), (question(topics=()), MERGED))),
    "passages.text": Pair((said("It counts lorries.", " "),), (said("It counts lorries.", "No."),)),
    "passages.copy": Pair(
        (
            said(f"{LONG_COPY}.", f"{LONG_COPY}, it says."),
            said("Too short.", "Too short!"),
            said(f"{LONG_COPY}. {LONG_COPY.replace('lorries', 'vans').replace('pillar', 'beam')}.", f"“{LONG_COPY}.”"),
        ),
        (
            said(
                f"{LONG_COPY}.", "The lorries go round by the old quay because nobody counted what they weigh at night."
            ),
            said("Too short.", "As short."),
            said("", ""),
        ),
    ),
    "passages.article": Pair(
        (
            said("The Lisle Courier counts lorries."),
            story(passages=(passage("The Lisle Courier counts lorries.", COURIER, sources=(2,)),)),
            said("The paper says so.", language="ar"),
        ),
        (
            said("The Lisle Courier counts lorries.[@1]"),
            said("The Lisle Courier has no article on it."),
            said("Radio Tessen said so on the air."),
            said("In its printed edition the paper counts lorries."),
            story(passages=(passage("We compared what the two say."),)),
        ),
    ),
    "evidence.cited": Pair(
        (
            behind("Some 40 lorries a day have to go round."),
            behind("It cost £3m."),
            behind("Half the drivers, or fifty per cent, went home."),
            behind("“Nobody signed for it,” she said."),
            behind("« Personne n’a signé », dit-elle."),
            behind("「第三の柱にはひびが入っていた」と語った。", language="ja"),
            behind("A first paragraph.[@1]\n\nOnly 12 tonnes are allowed."),
            behind("The survey says:\n\n- 12 tonnes\n- no more"),
            behind("| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5 |"),
            behind("She wrote this:\n\n> Nobody signed for it."),
            story(sections=sections(background="يمر 40 شاحنة في اليوم."), language="ar"),
        ),
        (
            behind("Some 40 lorries a day have to go round.[@1]"),
            behind("The pier was built in 1961, and closed on 9 November 2026 at 07:00."),
            behind("It was March 3, then the 19th century, then 2019–21."),
            behind("The so-called “heavy” lorries take the M25 to Berth 4, past pier 12."),
            behind("A survey asked for a limit of ten tonnes."),
            behind("The survey says:[@1]\n\n- 12 tonnes\n- no more"),
            behind("| Year | Tonnes |\n| --- | --- |\n| 2021 | 10.5[@1] |"),
            behind("She wrote this:[@1]\n\n> Nobody signed for it."),
            behind("```\n12 tonnes\n```"),
            happened("Some 40 lorries a day have to go round."),
        ),
    ),
    "text.placeholder": Pair(
        (
            told("The cost is TK."),
            story(headline="TODO: say why the pier is closed"),
            story(method_note="Lorem ipsum dolor."),
            told("The pillar [...] is cracked."),
            story(lead_picture=picture(alt="XXX")),
            story(pictures=(picture(caption="The pier, TK"),)),
            question(answers=(answer("It pays […]."),)),
        ),
        (
            told("The tk-3 gauge of the todo list…"),
            told("Todo el muelle, TODO el día.", language="es"),
            told("See [the plan](https://lisle.example/XXX)."),
        ),
    ),
    "text.cut-off": Pair(
        (
            told("The harbour office closed the"),
            happened("It closed the pier.\n\nThe third pillar was"),
            happened("The office says:"),
            said("It counts lorries, and"),
            question(answers=(answer("The harbour office pays for"),)),
            told("港务局关闭了", language="zh"),
            told(ARABIC, language="ar"),
        ),
        (
            told(""),
            told("The harbour office closed the pier.[@1]"),
            told("She said: “It is closed.”"),
            told("It is closed (for now.)"),
            told("“Closed?” *Really!*"),
            happened("The office gives three reasons:\n\n- a crack\n- no money"),
            happened("The office writes:\n\n“It is closed.”"),
            happened("## Why now\n\n**A crack**\n\nIt is closed."),
            happened("It is closed.\n\n> The pillar\n\n— Ana Kestrel\n\n[The whole report](https://lisle.example/)"),
            happened("| Day | Lorries |\n| --- | --- |\n| Monday | none |"),
            told(f"{ARABIC}۔", language="ur"),
            told(f"هل {ARABIC}؟", language="ar"),
            told("港务局关闭了码头。", language="zh"),
            told("「閉鎖した。」", language="ja"),
            told("घाट बंद है।", language="hi"),
            told("ท่าเรือปิดแล้ว", language="th"),
        ),
    ),
    "text.quotation-marks": Pair(
        (
            told("She said: “It is closed."),
            told("She said: It is closed.”"),
            told('He said "no.'),
            told("Sie sagte: „Es ist zu.", language="de"),
            told("Elle dit : « C’est fermé.", language="fr"),
            told("「閉鎖した。", language="ja"),
            told("She said: ‘It is closed."),
            story(headline="“Closed for good, says the harbour"),
            happened("“One paragraph.\n\nAnother without a mark."),
        ),
        (
            told("She said: “It is ‘closed’.”"),
            told("“It’s the drivers’ ‘rest,” she said. “Nobody’s.”"),
            told("It’s the pillars’ crack of the ‘90s, rock ’n’ roll, Hawai‘i."),
            told('A 12" pipe and a "short" one.'),
            told("Sie sagte: „Es ist ‚zu‘.“ »Wirklich?«", language="de"),
            told("Elle dit : « C’est “fermé”. »", language="fr"),
            told("Hon sa: ”Det är stängt.”", language="sv"),
            told("Han sagde: »Den er lukket.«", language="da"),
            told("قالت: ”مغلق.“", language="ar"),
            told('צה"ל אמר "סגור".', language="he"),
            told("「『閉鎖』した。」", language="ja"),
            happened("“One paragraph.\n\n“And its last.”"),
            happened('"One paragraph.\n\n"And its last."'),
            happened("```\nan “open mark\n```"),
        ),
    ),
    "text.day": Pair(
        (
            told("The pier closed today."),
            told("Tomorrow the office decides."),
            question(introduction="What happened yesterday."),
            story(headline="The north pier closed last night"),
            told("Der Pier schließt heute.", language="de"),
            told("أغلق الرصيف أمس.", language="ar"),
        ),
        (
            told("“The pier closed today,” she said."),
            told("A reader of Lisle Today counts the todays of the list."),
            told("The baker’s last night at the oven."),
            happened("She wrote:\n\n> It closed today."),
            told("Bryggan stänger today.", language="sv"),
            told("Guten Morgen, Lisle.", language="de"),
        ),
    ),
    "happened.forecast": Pair(
        (
            happened("The office will decide in March."),
            happened("It is unlikely to open again."),
            happened("The limit is expected to fall."),
            happened("They won’t pay."),
        ),
        (
            happened("“The office will decide,” she said."),
            happened("It closed against the will of the drivers."),
            happened("Will Adebar closed it of his own free will."),
            behind("The office will decide in March."),
            happened("Das Amt will im März entscheiden.", language="de"),
        ),
    ),
    "citations.outlet": Pair((story(citations=(source(1, PROPOSED), source(2, WIRE))),), (story(),)),
    "citations.known": Pair(
        (
            told("A crack.[@3]"),
            question(introduction="A crack.[@1]"),
            story(pictures=(picture(caption="A crack[@9]"),)),
        ),
        (told("A crack.[@2]"), told("A crack, cited as `[@3]`.")),
    ),
    "citations.date": Pair(
        ((story(citations=(source(1, published_on=date(2026, 11, 12)), source(2, WIRE))), at(date(2026, 11, 10))),),
        (
            (story(citations=(source(1, published_on=date(2026, 11, 11)), source(2, WIRE))), at(date(2026, 11, 10))),
            story(citations=(source(1, published_on=date(2026, 11, 12)), source(2, WIRE))),
        ),
    ),
    "pictures.alt": Pair(
        (story(lead_picture=picture(alt="")), question(pictures=(picture(alt=" "),))),
        (story(lead_picture=picture(alt="", decorative=True)), story(pictures=(picture(),))),
    ),
    "pictures.credit": Pair((story(pictures=(picture(credit=""),)),), (story(lead_picture=picture()),)),
    "links.words": Pair(
        (
            told("The report is [here](https://lisle.example/)."),
            told("[Read more…](https://lisle.example/)"),
            told("Der Bericht steht [hier](https://lisle.example/).", language="de"),
        ),
        (
            told("Read [the report on the pier](https://lisle.example/)."),
            told("See [here](https://lisle.example/).", language="sv"),
        ),
    ),
    "links.https": Pair(
        (
            told("Read [the report](http://lisle.example/)."),
            story(citations=(source(1, url="http://a.example/"), source(2, WIRE))),
        ),
        (told("Read [the report](https://lisle.example/) or [write](mailto:pier@lisle.example)."),),
    ),
    "links.drafts": Pair(
        ((LINKED, CheckContext(reachable=frozenset())), (TOPIC_LINKED, CheckContext(reachable=frozenset()))),
        (
            LINKED,
            (LINKED, CheckContext(reachable=frozenset({OTHER}))),
            (TOPIC_LINKED, CheckContext(reachable=frozenset({OTHER}))),
        ),
    ),
    "links.pictures": Pair(
        (happened(f"It is closed.\n\n![](picture:{OTHER})"),),
        (happened(f"It is closed.\n\n![](picture:{OTHER})", pictures=(picture(uid=OTHER),)),),
    ),
    "questions.live": Pair(
        ((ASKING, CheckContext(reachable=frozenset())),), (ASKING, (ASKING, CheckContext(reachable=frozenset({OTHER}))))
    ),
    "house.spelling": Pair(
        (
            (told("A web site says so."), WORDS),
            (story(headline="Why the web site of the harbour says nothing"), WORDS),
            (question(question="Which web site?"), WORDS),
        ),
        (
            told("A web site says so."),
            (told("A website says so."), WORDS),
            (told("“A web site,” the office said."), WORDS),
            (told("Es ist ein web site.").changed(language="de"), WORDS),
        ),
    ),
    "house.banned": Pair(
        ((told("It is very old."), WORDS),),
        ((told("It is old."), WORDS), (told("“It is very old,” the office said."), WORDS)),
    ),
    "change.note": Pair(
        (
            changed(None),
            changed(ChangeNote(Change.FIRST)),
            changed(ChangeNote(Change.UPDATE, " ")),
            changed(ChangeNote(Change.CLARIFICATION)),
            changed(ChangeNote(Change.RETURN)),
            changed(ChangeNote(Change.CORRECTION, "We said ten.", was_wrong="Ten tonnes.")),
            changed(ChangeNote(Change.CORRECTION, is_right="Nine tonnes.")),
        ),
        (
            changed(ChangeNote(Change.UPDATE, "The limit is named.")),
            changed(ChangeNote(Change.CORRECTION, was_wrong="Ten tonnes.", is_right="Nine tonnes.")),
            changed(ChangeNote(Change.MINOR)),
            (story(), CheckContext(previous=BEFORE)),
            (story(), CheckContext(asks_for_change=True)),
        ),
    ),
    "change.minor": Pair(
        (changed(ChangeNote(Change.MINOR), BEFORE.changed(standfirst="Lorries have to go round by the 3 old quays.")),),
        (
            changed(ChangeNote(Change.MINOR), BEFORE.changed(standfirst="Lorries must go round by the old quay.")),
            changed(ChangeNote(Change.UPDATE, "It is 3."), BEFORE.changed(standfirst="Lorries go by the 3 old quays.")),
        ),
    ),
}
