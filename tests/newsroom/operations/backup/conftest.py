"""A site to back up, and an empty database to restore into."""

from collections.abc import Iterator

import pytest

from newsroom.operations.backup import restore
from tests.backups import Site, empty_target, make_site


@pytest.fixture(autouse=True)
def _unused_targets(monkeypatch):
    """Do not wait for servers to notice a restore, because no server uses a database into which these tests restore."""
    monkeypatch.setattr(restore, "NOTICE_DELAY", 0)


@pytest.fixture
def site(settings, tmp_path, transactional_db) -> Site:
    settings.VAR_DIR = tmp_path / "var"
    return make_site(tmp_path)


@pytest.fixture
def target(tmp_path, site) -> Iterator[str]:
    with empty_target(tmp_path) as url:
        yield url
