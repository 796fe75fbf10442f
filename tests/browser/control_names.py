"""Find the controls of an open page that screen readers announce with the same name in the same place."""

from collections import Counter
from typing import Any

from playwright.sync_api import Page

CONTROLS = {
    "button", "checkbox", "combobox", "DisclosureTriangle", "listbox", "popUpButton", "radio", "searchbox", "spinbutton", "textbox",
}  # fmt: skip
# Screen readers announce the name of what a control belongs to before its own name.
GROUPS = {
    "complementary", "Date", "dialog", "form", "group", "InputTime", "list", "listitem", "navigation", "radiogroup", "region",
    "search", "table",
}  # fmt: skip


def find_equal_names(page: Page) -> list[str]:
    """Return role, name and groups of controls that nothing tells apart."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    counts: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for node in nodes.values():
        if node["ignored"] or read(node, "role") not in CONTROLS:
            continue
        groups, parent = [], nodes.get(node.get("parentId"))
        while parent:
            if read(parent, "role") in GROUPS:
                groups.append(read(parent, "name"))
            elif read(parent, "role") == "row":  # told apart by its other cells
                groups.append(parent["nodeId"])
            parent = nodes.get(parent.get("parentId"))
        counts[read(node, "role"), read(node, "name"), tuple(filter(None, groups))] += 1
    return [f"{count} of {role} “{name}” in {groups}" for (role, name, groups), count in counts.items() if count > 1]


def read(node: dict[str, Any], name: str) -> str:
    """Return the role or the name of a node, or an empty string."""
    return str(node.get(name, {}).get("value", ""))
