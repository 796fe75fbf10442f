"""Steps that apply a verb of the desk to random works. A step returns None if there is nothing to apply the verb to."""

from stories import publishing
from stories.drafts import revisions
from stories.models import Bundle, Change, ChangeNote, Edition, Story
from stories.publishing import erase
from stories.workflow.translations import link_translation, unlink_translation
from tests.factories import TEXTS, make_question, make_story, make_topic
from tests.journeys.walk.newsroom import Walk

REASON = "By order of a court."


def publish(walk: Walk) -> str:
    work = walk.any_work()
    publishing.publish(work, by=walk.by, change=walk.edit(work), resolutions=walk.resolutions(work))
    return work.slug


def publish_small_change(walk: Walk) -> str:
    story = walk.any_story()
    section = story.sections.get(kind="behind")
    section.text = section.text.replace("carried", "carryed") if "carried" in section.text else TEXTS["behind"]
    section.save()
    revisions.record_revision(story, by=walk.by)
    change = ChangeNote(Change.MINOR)
    publishing.publish(story, by=walk.by, change=change, resolutions=walk.resolutions(story))
    return story.slug


def publish_new_story(walk: Walk) -> str:
    die = walk.die
    questions = [faq for faq in walk.questions if Edition.objects.live(walk.clock()).filter(work=faq).exists()]
    story = make_story(
        topics=tuple(die.sample(walk.topics, 2)),
        outlets=tuple(die.sample(walk.outlets, 2)),
        questions=tuple(questions[:1]),
        lead_image=die.choice(walk.pictures),
        lead_alt="The quay",
    )
    publishing.publish(story, by=walk.by)
    walk.stories.append(story)
    return story.slug


def publish_at_another_address(walk: Walk) -> str:
    work = walk.any_work()
    change = walk.edit(work)
    work.slug = f"moved-{walk.number}"
    work.save()
    revisions.record_revision(work, by=walk.by)
    publishing.publish(work, by=walk.by, change=change, resolutions=walk.resolutions(work))
    return work.slug


def schedule(walk: Walk) -> str:
    work = walk.any_work()
    at = walk.later()
    publishing.schedule(work, by=walk.by, at=at, change=walk.edit(work), resolutions=walk.resolutions(work))
    return f"{work.slug} at {at:%d %H:%M}"


def schedule_new_question(walk: Walk) -> str:
    topic = make_topic()
    walk.topics.append(topic)
    faq = make_question(topics=(topic, walk.die.choice(walk.topics[:2])))
    publishing.schedule(faq, by=walk.by, at=walk.later())
    walk.questions.append(faq)
    return faq.slug


def cancel_schedule(walk: Walk) -> str | None:
    if (edition := walk.pending_edition()) is None:
        return None
    publishing.cancel_schedule(edition, by=walk.by)
    return edition.slug


def move_a_schedule(walk: Walk) -> str | None:
    if (edition := walk.pending_edition()) is None:
        return None
    publishing.reschedule(edition, to=walk.later(), by=walk.by)
    return edition.slug


def use_newest_revision(walk: Walk) -> str | None:
    if (edition := walk.pending_edition()) is None or edition.revision is None:
        return None
    work = walk.reload(next(each for each in walk.works if each.pk == edition.work_id))
    walk.edit(work)
    publishing.replace_revision(edition, by=walk.by, resolutions=walk.resolutions(work))
    return edition.slug


def correct(walk: Walk) -> str:
    work = walk.any_work()
    walk.edit(work)
    publishing.correct(work, by=walk.by, was_wrong="Nine.", is_right="Ten.", resolutions=walk.resolutions(work))
    return work.slug


def withdraw(walk: Walk) -> str:
    work = walk.any_at("page")
    publishing.withdraw(work, by=walk.by, notice=f"Wrong pier, {walk.number}.")
    return work.slug


def republish(walk: Walk) -> str:
    work = walk.any_at("notice")
    publishing.republish(work, by=walk.by, note="It was right.", resolutions=walk.resolutions(work))
    return work.slug


def expire(walk: Walk) -> str:
    work = walk.any_at("page")
    publishing.schedule_expiry(work, by=walk.by, at=walk.later(), notice=f"It is over, {walk.number}.")
    return work.slug


def publish_a_bundle(walk: Walk) -> str:
    works = [walk.reload(work) for work in walk.die.sample(walk.works, 2)]
    notes = {work.pk: walk.edit(work) for work in works}
    bundle = publishing.save_bundle(f"Together {walk.number}", works, by=walk.by)
    at = walk.die.choice([None, walk.later()])
    requests = [publishing.PublishRequest(work, notes[work.pk]) for work in works]
    publishing.publish_bundle(bundle, by=walk.by, at=at, requests=requests, resolutions=walk.resolutions(*works))
    return f"{[work.slug for work in works]} at {at}"


def undo_a_bundle(walk: Walk) -> str | None:
    bundle = Bundle.objects.exclude(sent_at=None).filter(undone_at=None).last()
    if bundle is None:
        return None
    publishing.undo_bundle(bundle, by=walk.by, note="By mistake.")
    return bundle.title


def erase_an_edition(walk: Walk) -> str | None:
    work = walk.any_work()
    pages = list(Edition.objects.filter(work=work, kind="page").order_by("pk"))
    if not pages:
        return None
    edition = walk.die.choice(pages)
    walk.edit(work)  # otherwise the draft would still have the same document
    erase.erase_edition(edition, by=walk.by, reason=REASON)
    return f"{edition.slug} {edition.number}"


def erase_a_passage(walk: Walk) -> str | None:
    work = walk.any_work()
    parts = work.passages if isinstance(work, Story) else work.answers
    erase.erase_passage(work, walk.die.choice(list(parts.order_by("pk"))).uid, by=walk.by, reason=REASON)
    return work.slug


def erase_a_work(walk: Walk) -> str | None:
    if len(walk.works) < 5:
        return None
    work = walk.any_work()
    slug = work.slug
    erase.erase_work(work, by=walk.by, reason=REASON)
    walk.questions = [each for each in walk.questions if each.pk != work.pk]
    walk.stories = [each for each in walk.stories if each.pk != work.pk]
    walk.replace_deleted_objects()
    return slug


def link_a_translation(walk: Walk) -> str:
    translation, original = (walk.reload(work) for work in walk.die.sample(walk.stories, 2))
    translation.language = "es"
    translation.save()
    revisions.record_revision(translation, by=walk.by)
    link_translation(translation, original, by=walk.by)
    return f"{translation.slug} of {original.slug}"


def unlink_a_translation(walk: Walk) -> str | None:
    linked = [work for each in walk.works if (work := walk.reload(each)).translation_group]
    if not linked:
        return None
    unlink_translation(linked[0], by=walk.by)
    return linked[0].slug
