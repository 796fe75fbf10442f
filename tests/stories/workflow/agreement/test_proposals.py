from datetime import date

from stories.workflow.agreement.proposals import OutletText, propose_points

PUBLISHED = date(2031, 5, 14)


def propose(*texts, title="Fire in the mill", language="en"):
    """Return the proposed points of passages of the outlets A, B and C: the kind, and each outlet with its value."""
    passages = [OutletText(outlet, language, text) for outlet, text in zip("ABC", texts, strict=False)]
    return [
        (point.kind, {cell.outlet: cell.when or cell.value for cell in point.cells})
        for point in propose_points(passages, title=title, published=PUBLISHED)
    ]


def test_figures_beside_the_same_noun_are_one_point():
    assert propose("Seventeen guests were injured.", "The nurse counted 21 injured.", "It rained.") == [
        ("figure", {"A": "Seventeen", "B": "21"})
    ]


def test_a_rounded_figure_and_a_range_are_the_same_as_an_exact_one():
    assert propose("It burned 1,280 hectares.", "About 1,300 hectares are gone.") == [
        ("figure", {"A": "1,280 hectares", "B": "About 1,300 hectares"})
    ]
    assert propose("It cost between 60 and 80 million crowns.", "The bill is 70 million crowns.") == [
        ("figure", {"A": "between 60 and 80 million crowns", "B": "70 million crowns"})
    ]


def test_another_unit_rate_or_scope_is_another_thing():
    assert propose("It lost 310 kilometres.", "It lost 193 miles.") == []
    assert propose("It leaks 40 tonnes of oil a day.", "It leaks 280 tonnes of oil every week.") == []
    assert propose("Thirteen passengers died.", "Since the war 52 passengers died here.") == []


def test_an_outlet_with_both_figures_does_not_contradict_either():
    assert (
        propose("Patients stay in hospital for nine days, with the drug six.", "Patients in hospital stay six days.")
        == []
    )


def test_equal_days_years_and_times_are_points_but_not_the_day_of_the_event():
    assert propose("Built in 1954, it closes on 30 June.", "It dates from 1954 and stands until 30 June.") == [
        ("fact", {"A": "1954", "B": "1954"}),
        ("date", {"A": "2031-06-30", "B": "2031-06-30"}),
    ]
    assert propose("It burned on 13 May.", "The fire of 13 May is out.") == []
    assert propose(
        "The alarm rang at 4.52 on Tuesday morning.", "On Tuesday the alarm rang at 5.12 in the morning."
    ) == [("date", {"A": "2031-05-13T04:52", "B": "2031-05-13T05:12"})]


def test_quotations_of_nearly_the_same_words_are_one_point():
    assert propose("“The park belongs to the children,” she said.", "She said: “The park belongs to everybody.”") == [
        ("quotation", {"A": "The park belongs to the children", "B": "The park belongs to everybody"})
    ]


def test_a_denial_is_beside_what_others_say():
    points = propose_points(
        [
            OutletText("A", "en", "The owner was warned in writing about the boiler."),
            OutletText("B", "en", "The owner was not warned about the boiler, a lawyer said."),
        ],
        title="Warning about the boiler",
        published=PUBLISHED,
    )
    assert [(cell.outlet, cell.stance, cell.value) for cell in points[0].cells] == [
        ("A", "says", "warned"),
        ("B", "denies", "warned"),
    ]


def test_a_denial_names_what_is_denied_after_its_subject():
    points = propose(
        "The minister denied that the delegations had met in secret.", "The delegations met in secret on Sunday."
    )
    assert points == [("fact", {"A": "met in secret", "B": "met in secret"})]


def test_different_figures_of_long_texts_are_not_compared():
    filler = " The river was calm." * 20
    assert propose("Seventeen guests were injured." + filler, "The nurse counted 21 injured." + filler) == []
    assert propose("Seventeen guests were injured." + filler, "Some said 17 were injured." + filler) == [
        ("figure", {"A": "Seventeen", "B": "17"})
    ]


def test_other_languages_have_word_lists():
    assert propose("Acht Menschen wurden verletzt.", "Acht Verletzte zählt die Feuerwehr.", language="de") == [
        ("figure", {"A": "Acht", "B": "Acht"})
    ]
    assert propose("Huit.", "Huit.", language="ja") == []
