"""The files for operators: the rules in ``docs/alerts.yml``, and the panels in ``docs/dashboard.json``."""

import json
from typing import Any

import yaml

from tests.source_code import ROOT

ALERTS = ROOT / "docs" / "alerts.yml"
DASHBOARD = ROOT / "docs" / "dashboard.json"


def read_rules() -> list[dict[str, Any]]:
    """Return the rules of all alerts."""
    [group] = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def read_panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard. A row is a panel too."""
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return panels


def read_queries(*, interval: str = "5m") -> list[str]:
    """Return the queries of all panels, with ``interval`` in place of the variable that Grafana replaces."""
    targets = (target for panel in read_panels() for target in panel.get("targets", ()))
    return [target["expr"].replace("$__rate_interval", interval) for target in targets]
