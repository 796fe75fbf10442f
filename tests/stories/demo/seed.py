"""Functions that seed the demonstration, or parts of it, and read the result."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from PIL import Image as Pillow

from newsroom.http import clock
from stories.demo import documents, files
from stories.demo.accounts import set_up_accounts, set_up_contributors
from stories.demo.seed import build_desk_steps, build_steps
from stories.models import Edition, Story

TODAY = timezone.localdate()
STORIES_BY_KEY = files.load_stories(TODAY)


@contextmanager
def small_pictures() -> Iterator[None]:
    """Replace the pictures with small grey images, each in a different shade."""
    shades = {name: (shade, shade, shade) for shade, name in enumerate(files.list_pictures())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "open_picture", lambda name: Pillow.new("RGB", (32, 18), shades[name]))
        yield


def run_seed_demo() -> str:
    out = StringIO()
    call_command("seed_demo", today=TODAY, stdout=out)
    return out.getvalue()


def seed_stories(*keys: str) -> None:
    """Seed everything except the desk activity and the stories whose keys are not given."""
    set_up_accounts(settings.VAR_DIR / "demo-accounts.json")
    set_up_contributors()
    skipped = {data.headline for key, data in STORIES_BY_KEY.items() if key not in keys}
    skipped |= {step.name for step in build_desk_steps(TODAY)}
    for step in build_steps(TODAY):
        if step.name not in skipped:
            step.run()


def get_story(key: str) -> Story:
    return Story.objects.get(uid=documents.build_explainer(key, today=TODAY).uid)


def list_editions(key: str) -> list[Edition]:
    return list(Edition.objects.filter(work=get_story(key)).order_by("number"))


def get_live_edition(key: str) -> Edition | None:
    return Edition.objects.live(clock.now()).filter(work=get_story(key)).first()


def keys_in_state(state: str) -> list[str]:
    return [key for key, data in STORIES_BY_KEY.items() if data.state == state]
