"""Seeds the demonstration, or a part of it, in place of what ``make demo`` does."""

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
FILES = files.load_stories(TODAY)


@contextmanager
def small_pictures() -> Iterator[None]:
    """Open blank sheets instead of the pictures, each in its own grey."""
    shades = {name: (shade, shade, shade) for shade, name in enumerate(files.list_pictures())}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "open_picture", lambda name: Pillow.new("RGB", (32, 18), shades[name]))
        yield


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", today=TODAY, stdout=out)
    return out.getvalue()


def seed_only(*keys: str) -> None:
    """Make everything but the stories and what goes on at the desk, and of the stories the ones named."""
    set_up_accounts(settings.VAR_DIR / "demo-accounts.json")
    set_up_contributors()
    left_out = {written.headline for key, written in FILES.items() if key not in keys}
    left_out |= {step.name for step in build_desk_steps(TODAY)}
    for step in build_steps(TODAY):
        if step.name not in left_out:
            step.run()


def story(key: str) -> Story:
    return Story.objects.get(uid=documents.build_explainer(key, today=TODAY).uid)


def editions(key: str) -> list[Edition]:
    return list(Edition.objects.filter(work=story(key)).order_by("number"))


def live(key: str) -> Edition | None:
    return Edition.objects.live(clock.now()).filter(work=story(key)).first()


def keys_in_state(state: str) -> list[str]:
    return [key for key, written in FILES.items() if written.state == state]
