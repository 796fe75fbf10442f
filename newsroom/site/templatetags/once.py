"""The block tag ``once``, for parts of a page that many pages have in common."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsroom.http.languages import list_prefix

register = template.Library()

# More than all parts in all languages. When that many are cached, all are rendered again.
MAX_PARTS = 2_000
_parts: dict[tuple[object, ...], SafeString] = {}


@register.tag
def once(parser: Parser, token: Token) -> "OnceNode":
    """Render a block once in each process for each language and each combination of values.

    ``{% once place site_name %}`` names the variables that the block uses. It has no other variables and no request, so
    its HTML can depend on nothing else that changes while the process runs. Values must be immutable and hashable.
    """
    names = token.split_contents()[1:]
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist, names)


class OnceNode(template.Node):
    """A block that is rendered once for each combination of values of the variables ``names``."""

    def __init__(self, nodelist: NodeList, names: list[str]) -> None:
        self.nodelist = nodelist
        self._names = names

    def render(self, context: Any) -> SafeString:
        """Return the HTML of the block for the values that the variables have in ``context``."""
        values = [_evaluate(context.get(name, "")) for name in self._names]
        # Equal values of different types may print differently, such as 1 and True.
        language = get_language()
        key = (self, language, list_prefix(language), context.autoescape, *values, *map(type, values))
        part = _parts.get(key)
        if part is None:
            own_context = template.Context(dict(zip(self._names, values, strict=True)), autoescape=context.autoescape)
            with own_context.bind_template(context.template):
                part = self.nodelist.render(own_context)
            if len(_parts) >= MAX_PARTS:
                _parts.clear()
            _parts[key] = part
        return part


def _evaluate(value: object) -> object:
    return value() if callable(value) else value
