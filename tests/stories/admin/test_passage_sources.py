"""Articles of passages on the form of a story: pasted addresses and removals, without JavaScript."""

from django.http import QueryDict
from django.urls import reverse

from stories.admin.drafts import passage_sources
from tests.factories import make_article, make_outlet, make_story
from tests.outcomes import list_admin_errors

ADDRESS = "https://ansgar.example/surge"


def test_the_address_of_a_known_article_adds_the_source_and_cites_it(editor, save):
    cited, pasted = make_article(), make_article(url=ADDRESS, title="The letter nobody answered")
    story = make_story(outlets=(make_outlet(),), articles=(cited,))
    save(story, passages__0__addresses="https://www.ansgar.example/surge/?utm_source=mail")
    assert [row.article for row in story.citations.all()] == [cited, pasted]
    assert list(story.passages.first().articles.all()) == [pasted]


def test_several_addresses_are_pasted_one_on_each_line(editor, save):
    articles = [make_article(), make_article()]
    story = make_story(outlets=(make_outlet(),), articles=(articles[0],))
    save(story, passages__0__addresses="\n".join(article.url for article in articles))
    assert set(story.passages.first().articles.all()) == set(articles)
    assert [row.number for row in story.citations.all()] == [1, 2]


def test_a_passage_without_an_outlet_gets_that_of_the_pasted_article(editor, save):
    outlet = make_outlet(name="Ansgar Wire")
    make_article(url=ADDRESS, outlet=outlet)
    story = make_story(outlets=(make_outlet(),))
    save(story, passages__0__outlet_names="", passages__0__addresses=ADDRESS)
    assert list(story.passages.first().outlets.all()) == [outlet]


def test_an_article_from_an_outlet_that_the_passage_does_not_name_leads_to_a_notice(editor, save, messages_of):
    make_article(url=ADDRESS, outlet=make_outlet(name="Ansgar Wire"))
    story = make_story(outlets=(make_outlet(name="The Lisle Courier"),))
    assert "Ansgar Wire" in " ".join(messages_of(save(story, passages__0__addresses=ADDRESS)))
    assert [outlet.name for outlet in story.passages.first().outlets.all()] == ["The Lisle Courier"]


def test_an_unknown_article_becomes_a_source_whose_title_is_asked_for(editor, save):
    make_outlet(name="Ansgar Wire", home_page="https://ansgar.example/")
    response = save(make_story(outlets=(make_outlet(),)), expect=200, passages__0__addresses=ADDRESS)
    assert list_admin_errors(response) == [("citations-1-title", None)]
    assert response.context["problems"][0].field == "id_citations-1-title"


def test_a_ticked_article_is_taken_out_of_its_passage_only(editor, save, messages_of):
    article = make_article()
    story = make_story(outlets=(make_outlet(),), articles=(article,))
    save(story, passages__0__source_numbers="1", passages__0__text="The agency measures.[@1]")
    response = save(story, passages__0__uncite_1="on")
    passage = story.passages.first()
    assert (list(passage.articles.all()), passage.text) == ([], "The agency measures.")
    assert story.citations.get().article == article
    assert "Source 1 is no longer cited" in " ".join(messages_of(response))


def test_an_article_that_a_figure_draws_on_is_still_cited(editor, save, messages_of):
    story = make_story(outlets=(make_outlet(),), articles=(make_article(),))
    figure = {"value": "4,200", "counts": "households", "source": "1"}
    save(story, passages__0__source_numbers="1", **{f"figures__0__{name}": value for name, value in figure.items()})
    response = save(story, passages__0__uncite_1="on")
    assert not story.passages.first().articles.exists()
    assert "no longer cited" not in " ".join(messages_of(response))


def test_the_articles_of_a_passage_are_listed_with_their_numbers(client, editor, save):
    article = make_article(title="The letter nobody answered")
    story = make_story(outlets=(make_outlet(),), articles=(article,))
    save(story, passages__0__source_numbers="1")
    response = client.get(reverse(story.change_view_name, args=[story.pk]))
    rows = next(each.formset for each in response.context["inline_admin_formsets"] if each.formset.prefix == "passages")
    (source,) = rows.forms[0].cited_sources
    assert (source.number, source.title, source.url) == (1, "The letter nobody answered", article.url)


def test_only_the_first_lines_of_an_address_field_are_read(monkeypatch, editor, save):
    read = []
    monkeypatch.setattr(passage_sources, "clean_address", read.append)
    lines = "\n".join(f"line {number}" for number in range(500))
    save(make_story(outlets=(make_outlet(),)), expect=200, passages__0__addresses=lines)
    assert len(read) == passage_sources.MAX_ADDRESSES


def test_the_form_is_parsed_as_often_for_many_ticked_articles_as_for_one(monkeypatch):
    parsed, parse = [], passage_sources.SubmittedForm.parse
    monkeypatch.setattr(passage_sources.SubmittedForm, "parse", lambda values: parsed.append(1) or parse(values))
    counts = []
    for ticked in (1, 50):
        posted = QueryDict(mutable=True)
        posted.update({"passages-TOTAL_FORMS": "1", "passages-0-text": "It measures. [@1] [@2] [@99]"})
        posted.update({f"passages-0-uncite_{number}": "on" for number in range(1, ticked + 1)})
        parsed.clear()
        result, _ = passage_sources.apply_passage_sources(posted, None)
        counts.append(len(parsed))
    assert counts[0] == counts[1]
    assert result["passages-0-text"] == "It measures. [@99]"
