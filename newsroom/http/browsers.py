"""The family of a browser and its operating system, read from the User-Agent header."""

# Substrings of the header. A browser may also send substrings that come later in the list, so the first match counts.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_family(user_agent: str) -> str:
    """Return the name of the browser, such as “Firefox”, or an empty string if it is unknown."""
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def describe_browser(user_agent: str) -> str:
    """Return the browser and the system, such as “Firefox on Linux”. An unknown system is left out."""
    browser = browser_family(user_agent) or "An unknown browser"
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
