"""Collect from the code the names that a database, a browser or another program stores.

Each function with the decorator ``@group`` returns the names under one heading in the second part of
``docs/glossary.md``: a set of names, or sets of names, keyed by the column, command or document that they belong to. In
a name, ``…`` is the part that varies.
"""

import ast
import dataclasses
import json
import re
from argparse import Action, ArgumentParser, _SubParsersAction
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import BaseCommand, get_commands, load_command_class
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from newsroom.audit.track_changes import kind_of
from newsroom.operations import retention
from stories.documents.walk import list_texts
from tests.factories import make_user
from tests.source_code import (
    PACKAGES,
    ROOT,
    argument,
    calls,
    constants,
    decorated_with,
    enumeration,
    find_in_scripts,
    import_class,
    keys,
    modules,
    name_of,
    nodes,
    scripts,
    text,
    texts,
    values,
)
from tests.stories.documents.full_documents import PAGE, STORY

type Names = set[str] | Mapping[str, set[str]]

GROUPS: dict[str, Callable[[], Names]] = {}


def group(heading: str) -> Callable[[Callable[[], Names]], Callable[[], Names]]:
    """Register the function that collects the names under this heading of the glossary."""

    def register(gather: Callable[[], Names]) -> Callable[[], Names]:
        GROUPS[heading] = gather
        return gather

    return register


# In the database ----------------------------------------------------------------------------------------------------


@group("Apps and models")
def apps_and_models() -> Names:
    """Return the models of each app, with the name of the table if it is not the default."""
    found: dict[str, set[str]] = defaultdict(set)
    for model in models():
        meta, default = model._meta, f"{model._meta.app_label}_{model._meta.model_name}"
        found[meta.app_label].add(model.__name__ if meta.db_table == default else f"{model.__name__} {meta.db_table}")
    return found


def models() -> list[type[Model]]:
    """Return our models, including those of many-to-many tables."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.partition(".")[0] in PACKAGES]


@group("Made in SQL")
def made_in_sql() -> Names:
    """Return the tables, indexes, functions and extensions that no model declares, and the prefixes of triggers."""
    source = "".join(path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    object_types = r"(?:VIRTUAL TABLE|TABLE|INDEX|FUNCTION|EXTENSION)"
    created = set(
        re.findall(rf'CREATE (?:OR REPLACE )?{object_types} (?:CONCURRENTLY )?+(?:IF NOT EXISTS )?"?(\w{{4,}})', source)
    )
    triggers = {f"{begin}_…" for begin in re.findall(r"LIKE '(\w+)\\_%'", source)}
    return created | triggers | constants("TABLE", "OVERLAP")


@group("Values of columns")
def columns() -> Names:
    """Return the values of each column that has a fixed set of them."""
    works = enumeration("WorkKind")
    [formats] = [action.choices for action in options()["import_explainer"] if "--format" in action.option_strings]
    with_choices = {
        f"{model._meta.label}.{field.name}": {str(value) for value, _ in field.flatchoices}
        for model in models()
        for field in model._meta.local_fields
        if field.choices
    }
    return with_choices | {
        "addresses.Address.kind": works | constants("address_kind"),
        "record.Erasure.scope": constants("SCOPE")
        | enumeration("Scope")
        | keys(*values("_FORMER_SCOPES"))
        | {f"{words}…" for words in constants("_EDITION")},
        "search.SearchDocument.kind": constants("STORY", "QUESTION", "TOPIC", "OUTLET"),
        "site.Report.kind": works | constants("PAGE"),
        "stories.BulkRun.verb": enumeration("Verb"),
        "stories.CheckLevel.level": enumeration("Level") - {"note"},
        "stories.Import.format": set(formats or ()),
        "stories.PossibleStanding.standing": enumeration("PublicationStatus") - {"binned"} | constants("SCHEDULED"),
    }


@group("Signs before values")
def signs() -> Names:
    """Return the prefixes that determine how values in columns are read."""
    return constants("ERASED_PREFIX") | {version for version in constants("VERSION") if version.endswith(":")}


@group("Audit verbs")
def audit_verbs() -> Names:
    """Return the verbs that have a phrase, and those that are written to the audit log."""
    written = {verb for call in calls("write", "of") if (verb := argument(call, 2, "verb")) and "…" not in verb}
    return keys(*values("PHRASES")) | written


@group("Audit kinds")
def audit_kinds() -> Names:
    """Return the kinds written as literals, and the names of the models whose changes are logged."""
    recorded = [model for model, screen in admin.site._registry.items() if "AuditedAdmin" in _bases(screen)]
    # Entries about these are written by the code that creates or runs them.
    recorded += [apps.get_model(label) for label in ("media.Image", "stories.Article", "stories.Rerendering")]
    written = {argument(call, 0) for call in calls("write", "of") if "by" in {each.arg for each in call.keywords}}
    return enumeration("WorkKind") | {kind_of(model) for model in recorded} | written - {""}


def _bases(instance: object) -> set[str]:
    return {base.__name__ for base in type(instance).__mro__}


@group("Audit values")
def audit_values() -> Names:
    """Return the names of the values of audit entries: those that a phrase reads, and those that are written."""
    read = {name for words in texts(*values("PHRASES")) for name in re.findall(r"{(\w+)}", words)}
    written = [each.value for call in calls("write", "of") for each in call.keywords if each.arg in {"before", "after"}]
    made_when_read = {"fields"}
    return (read - made_when_read) | keys(*written, *values("after"))


@group("Check codes")
def check_codes() -> Names:
    """Return the codes under which checks are registered."""
    return {argument(decorator, 0) for _, _, decorator in decorated_with("check")}


@group("Finding marks")
def finding_marks() -> Names:
    """Return the mark of one finding, by which the same finding is recognised later."""
    return {import_class("Finding")("headline.length", "blocker", "The headline is too long.", "headline").mark}


@group("Places in a document")
def places() -> Names:
    """Return the places in a document, as findings, comments and presence use them."""
    row = re.compile(r"(sections|passages|answers|topics|pictures|questions|citations)\.…(\.\w+)?")
    rows = {words for node in nodes(ast.JoinedStr) if row.fullmatch(words := text(node))}
    keys = {each.key for document in (STORY, PAGE) for each in list_texts(document)}
    texts = {re.sub(r"\.(?:[0-9a-f-]{36}|\d+)(?=\.|$)", ".…", key) for key in keys}
    pictures = re.compile(r"(?:lead|pictures\.…)\.")
    return rows | {pictures.sub("….", key) for key in texts} | {"pictures.…"}


@group("Note codes")
def note_codes() -> Names:
    """Return the codes of notes on an imported text."""
    return {argument(call, 1, "code") for call in calls("Note", "_add_note")} - {""}


@group("Findings on files")
def findings_on_files() -> Names:
    """Return the kinds of what is wrong with a file."""
    return enumeration("FindingKind")


@group("Values of bulk actions")
def bulk_values() -> Names:
    """Return the names of the values that a bulk action stores."""
    verbs = {name_of(value) for table in values("_VERBS") if isinstance(table, ast.Dict) for value in table.values}
    inside = [node for function in nodes(ast.FunctionDef) if function.name in verbs for node in ast.walk(function)]
    read = {text(node.slice) for node in inside if isinstance(node, ast.Subscript) and name_of(node.value) == "options"}
    fetched = {argument(node, 0) for node in inside if isinstance(node, ast.Call) and name_of(node.func) == "get"}
    return (read | fetched) - {""}


@group("Page keys")
def page_keys() -> Names:
    """Return the keys that stored pages depend on, and the other tags that are sent to edges."""
    of_lists = {words for node in nodes(ast.Constant) if re.fullmatch(r"list:\w+", words := text(node))}
    kinds = {argument(call, 0) for call in calls("page_key") if isinstance(call.func, ast.Name)} - {""}
    named = {argument(call, 0) for call in calls("list_key") if isinstance(call.func, ast.Name)} - {""}
    single = constants("SITE", "LATEST", "ALL_TAG", "OVERFLOW_TAG") | {f"{begin}…" for begin in constants("RELEASE")}
    return single | of_lists | {f"{kind}:…" for kind in kinds} | {f"list:{kind}:…" for kind in named}


@group("Queues")
def queues() -> Names:
    """Return the names of the task queues."""
    return {argument(decorator, keyword="queue_name") or "default" for _, _, decorator in decorated_with("task")}


@group("Roles")
def roles() -> Names:
    """Return the names of the groups that represent roles."""
    return {name for value in values("ROLES") for name in keys(value)}


@group("Permissions")
def permissions() -> Names:
    """Return the permissions that models declare in addition to Django's four."""
    return {f"{model._meta.app_label}.{code}" for model in models() for code, _ in model._meta.permissions}


@group("Lists of the desk")
def lists() -> Names:
    """Return the columns and filters that saved views store, keyed by the label of the model."""
    return {
        model._meta.label_lower: {
            *map(str, (*screen.list_display, *screen.further_columns)),
            *(name for each in screen.list_filter for name in _parameters(each)),
        }
        for model, screen in admin.site._registry.items()
        if hasattr(screen, "further_columns")
    }


def _parameters(list_filter: Any) -> Sequence[str]:
    """Return the query parameters of a filter, or their beginning if it is a field with a class."""
    if isinstance(list_filter, tuple):
        return [f"{list_filter[0]}__…"]
    return getattr(list_filter, "parameters", None) or [str(list_filter.parameter_name)]


@group("Fields of forms")
def form_fields() -> Names:
    """Return the fields of the two forms with autosave; fields of rows are under the prefix of their formset."""
    client = Client()
    client.force_login(make_user(is_superuser=True))
    found: dict[str, set[str]] = defaultdict(set)
    for name in ("story", "faq"):
        found[name] |= set(admin.site._registry[apps.get_model(f"stories.{name}")].form.base_fields)
        page = client.get(reverse(f"admin:stories_{name}_add")).content.decode()
        form = re.search(rf'<form[^>]*id="{name}_form".*?</form>', page, re.DOTALL)
        assert form
        for field in re.findall(r'<(?:input|textarea|select)\b[^>]*? name="([^"_][^"]*)"', form[0]):
            if row := re.fullmatch(r"(\w+)-(?:\d+|__prefix__)-(\w+)", field):
                found[f"{name}.{row[1]}"].add(row[2])
            elif not field.endswith("_FORMS") and field != "csrfmiddlewaretoken":
                found[name].add(field)
    return found


@group("Fields of fragments")
def fragments() -> Names:
    """Return the fields of ``Edition.fragments``, and those of their values."""
    found: dict[str, set[str]] = {}
    for kind, name in (("story", "ExplainerFragments"), ("question", "QuestionFragments")):
        schema = import_class(name).model_json_schema()
        found[kind] = set(schema["properties"])
        for field, value in schema["properties"].items():
            if part := re.search(r"#/\$defs/(\w+)", json.dumps(value)):
                found[f"{kind}.{field}"] = set(schema["$defs"][part[1]]["properties"])
    return found


@group("Attributes and classes in fragments")
def marks() -> Names:
    """Return the attributes and classes that the sanitiser allows, keyed by element; classes begin with a dot."""
    found: dict[str, set[str]] = defaultdict(set)
    arguments = {each.arg: each.value for call in calls("Cleaner") for each in call.keywords}
    for keyword, dot in (("attributes", ""), ("allowed_classes", ".")):
        table = arguments[keyword]
        assert isinstance(table, ast.Dict)
        for element, names in zip(table.keys, table.values, strict=True):
            found[text(element)] |= {dot + name for name in texts(names)}
    return found


@group("Ids of a page")
def ids() -> Names:
    """Return the fixed ids of a page, and the prefixes of those with a number or a name."""
    patterns = [*values("_NUMBERED_IDS"), *values("_NUMBERED_IDS_OF_CLAIMS")]
    numbered = [re.fullmatch(r"\(([a-z|]+)\)-", argument(value, 0)) for value in patterns]
    return texts(*values("_PAGE_IDS"), *values("_PAGE_IDS_OF_CLAIMS")) | {
        f"{begin}-…" for found in numbered if found for begin in found[1].split("|")
    }


@group("Files of pictures")
def files() -> Names:
    """Return the folders of files, the extension of unfinished files, and the shapes and formats of renditions."""
    folders = {words for node in nodes(ast.JoinedStr) if re.match(r"\w+s/…", words := text(node))}
    served = [value for value in values("CONTENT_TYPES") if any(name.startswith("image/") for name in texts(value))]
    return folders | constants("UNFINISHED") | keys(*values("SHAPES"), *served)


# In signatures and uids ---------------------------------------------------------------------------------------------


@group("Salts")
def salts() -> Names:
    """Return the salts that signing, hashing and encryption use with the secret key or ``DIGEST_KEY``."""
    signers = {argument(call, keyword="salt") for call in calls("Signer", "TimestampSigner")}
    derived = constants("_PURPOSE")  # of ciphers
    digests = {argument(call, 0) for call in calls("make_digest", "list_digests", "salted_hmac")}
    return (digests | signers | derived) - {""}


@group("Namespaces of uids")
def namespaces() -> Names:
    """Return the uids and the words that other uids are derived from."""
    fixed = {uid for call in calls("UUID") if re.fullmatch(r"[0-9a-f-]{36}", uid := argument(call, 0))}
    return fixed | {words for call in calls("uuid5") if re.match(r"\w+:", words := argument(call, 1))}


# In browsers --------------------------------------------------------------------------------------------------------


@group("Cookies")
def cookies() -> Names:
    """Return the names of the cookies that we or Django read, over HTTP and over HTTPS."""
    on_host, on_path = ({argument(call, 0) for call in calls(name)} for name in ("host_cookie", "path_cookie"))
    on_https = {f"__Host-{name}" for name in on_host} | {f"__Secure-{name}" for name in on_path}
    of_django = {words for node in nodes(ast.Constant) if re.fullmatch(r"__Host-\w+", words := text(node))}
    return on_host | on_path | on_https | of_django | {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


@group("Web storage")
def web_storage() -> Names:
    """Return the keys in ``localStorage`` and ``sessionStorage``."""
    return find_in_scripts(r"Item\((?:\w+, )?(\w+)[,)]", where=lambda script: "Storage" in script)


@group("IndexedDB")
def indexed_db() -> Names:
    """Return the database and object store in the browser, and the fields of the stored records."""
    [database] = find_in_scripts(r"indexedDB\.open\((\"\w+\")")
    [store] = find_in_scripts(r"createObjectStore\((\w+)")
    [script] = (script for script in scripts() if "indexedDB" in script)
    [copy] = re.findall(r"const copy = {([^}]*)}", script)
    return {database: {store}, store: {field.partition(":")[0].strip() for field in copy.split(",")}}


@group("Channels")
def channels() -> Names:
    """Return the names of the broadcast channels between windows of one browser."""
    return find_in_scripts(r"new BroadcastChannel\((\w+)\)")


# In other programs --------------------------------------------------------------------------------------------------


@group("Public addresses")
def public_addresses() -> Names:
    """Return the addresses outside the desk."""
    return {address for address in addresses() if not address.startswith("/admin/")}


@group("Desk addresses")
def desk_addresses() -> Names:
    """Return the addresses of the desk, keyed by the changelist that they belong to."""
    lists = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    found: dict[str, set[str]] = defaultdict(set)
    for address in addresses():
        owner = next((each for each in lists if address.startswith(each)), "/admin/")
        if address.startswith(owner) and address != owner:
            found[owner].add(address.removeprefix(owner))
    return found


def addresses() -> Iterator[str]:
    """Yield the pattern of every address, with … for each variable part."""
    return _addresses(get_resolver().url_patterns)


def _addresses(patterns: Iterable[URLPattern | URLResolver], begin: str = "/") -> Iterator[str]:
    for each in patterns:
        address = begin + re.sub(r"<[^>]+>|\(\?P[^)]+\)", "…", str(each.pattern)).strip("^$")
        if isinstance(each, URLPattern):
            yield address
        else:
            yield from _addresses(each.url_patterns, address)


@group("Fields of a document")
def documents() -> Names:
    """Return the fields in the JSON Schemas of both kinds of document, keyed by part."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "docs" / "schemas").glob("*-[0-9].json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        found |= {schema["title"]: set(schema["properties"])}
        found |= {name: set(part["properties"]) for name, part in schema["$defs"].items()}
    return found


@group("Exported Markdown")
def exported_markdown() -> Names:
    """Return the keys of the front matter that are not fields of the document."""
    written = [node for node in nodes(ast.Subscript) if name_of(node.value) == "front_matter"]
    return {text(node.slice) for node in written if isinstance(node.ctx, ast.Store)}


@group("Exported folders")
def exported_folders() -> Names:
    """Return the files and folders of an exported folder, and the fields of the records in its JSON files."""
    records = ("Index", "WorkRecord", "PictureRecord", "TopicRecord", "OutletRecord")
    works = {text(value) for table in values("WORK_FOLDERS") if isinstance(table, ast.Dict) for value in table.values}
    lists = constants("INDEX", "PICTURES", "TOPICS", "OUTLETS")
    files = {name for name in lists if name.endswith(".json")} | constants("DRAFT_FOLDER", "PICTURE_FOLDER") | works
    return {"folder": files} | {name: set(import_class(name).model_fields) for name in records}


@group("Exported tables")
def exported_tables() -> Names:
    """Return the headings of tables, and the other names that the columns of an imported table may have."""
    headings = [value for value in values("HEADINGS") if isinstance(value, ast.Tuple)]
    return texts(*calls("Column")) | {text(each) for value in headings for each in value.elts} - {""}


@group("Reports of imports")
def import_reports() -> Names:
    """Return the fields of the output of ``import_explainer --json``."""
    written = [
        function for function in nodes(ast.FunctionDef) if function.returns and name_of(function.returns) == "Report"
    ]
    return keys(*(node for function in written for node in ast.walk(function)))


@group("Feeds")
def feeds() -> Names:
    """Return the fields that our feeds have in addition to those of JSON Feed."""
    ours = [
        value
        for node in nodes(ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if text(key) == "_newsroom"
    ]
    return {"_newsroom"} | keys(*ours, *(value for each in ours for value in values(name_of(each))))


@group("API calls")
def api_calls() -> Names:
    """Return the parameters of every API call, keyed by ``operationId``."""
    operations = [operation for methods in api()["paths"].values() for operation in methods.values()]
    return {each["operationId"]: {parameter["name"] for parameter in each["parameters"]} for each in operations}


@group("API values")
def api_values() -> Names:
    """Return the fields, the possible values or the type of every schema in the description of the API."""
    schemas = api()["components"]["schemas"].items()
    return {name: set(value.get("properties") or value.get("enum") or [value["type"]]) for name, value in schemas}


@cache
def api() -> Any:
    """Return the description of the API."""
    return Client().get(reverse("api:openapi")).json()


@group("Headers for edges")
def headers() -> Names:
    """Return the names of the headers that an edge reads."""
    return {
        words
        for node in nodes(ast.Constant)
        if re.fullmatch(r"CDN-[\w-]+|Surrogate-\w+|Cache-Tag", words := text(node))
    }


@group("File of erasures")
def erasure_lines() -> Names:
    """Return the fields of a line in ``erasures.jsonl``, and the values of its state."""
    fields = {field.name for field in dataclasses.fields(import_class("Line"))}
    return {"Line": fields, "state": enumeration("LineState")}


@group("Lines of /readyz")
def health_lines() -> Names:
    """Return the names of the health checks, which monitors read."""
    found = [(call, call.func) for call in calls("register_check")]
    return {argument(call, 0) for call, by in found if isinstance(by, ast.Attribute) and name_of(by.value) == "health"}


@group("Metrics")
def metrics() -> Names:
    """Return the names of metrics, which monitors read, with their labels."""
    found = {}
    for call in calls("Counter", "Histogram", "register"):
        if (name := argument(call, 0)).startswith("newsroom_"):
            labels = [*call.args[2:3], *(each.value for each in call.keywords if each.arg == "labels")]
            found[name] = texts(*labels)
    return found


@group("Management commands")
def commands() -> Names:
    """Return the commands, each with its options and arguments."""
    return {
        name: {(action.option_strings or [action.dest])[-1] for action in actions}
        for name, actions in options().items()
    }


@cache
def options() -> dict[str, list[Action]]:
    """Return the options of each of our commands, without those that all commands have."""
    of_all = {action.dest for action in BaseCommand().create_parser("manage.py", "")._actions}
    ours = {name: app for name, app in get_commands().items() if str(app).partition(".")[0] in PACKAGES}
    parsers = {name: load_command_class(str(app), name).create_parser("manage.py", name) for name, app in ours.items()}
    return {name: [each for each in _actions(parser) if each.dest not in of_all] for name, parser in parsers.items()}


def _actions(parser: ArgumentParser) -> list[Action]:
    """Return the options and arguments of a command, with those of each subcommand in place of the subcommand."""
    found: list[Action] = []
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            found += [each for subparser in action.choices.values() for each in _actions(subparser)]
        else:
            found.append(action)
    return found


@group("Environment")
def environment() -> Names:
    """Return the names of the environment variables."""
    found: set[str] = set()
    for node in (*nodes(ast.Call), *nodes(ast.Subscript)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env" | "self")), args=[name, *_]):
                found.add(text(name))
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="os"))), args=[name, *_]):
                found.add(text(name))
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id="os")), slice=name):
                found.add(text(name))
    return {name for name in found if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}


@group("Retention rules")
def retention_rules() -> Names:
    """Return the names of the retention rules, and of other work whose runs are stored like theirs."""
    return {rule.name for rule in retention.registered_rules()} | constants("OPTIMIZE")


@group("Signal receivers")
def receivers() -> Names:
    """Return the dispatch uids of signal receivers."""
    return {argument(call, keyword="dispatch_uid") for call in calls("connect")} - {""}


# Names that follow the layout ---------------------------------------------------------------------------------------


@group("Tasks")
def tasks() -> Names:
    """Return the dotted paths of tasks, each with the names of its arguments."""
    return {
        f"{module}.{function.name}": {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
        for module, function, _ in decorated_with("task")
    }


@group("Loggers")
def loggers() -> Names:
    """Return the names of loggers: those of the modules that log, and those that are written as literals."""
    found = ((module, node) for module, tree in modules().items() for node in ast.walk(tree))
    return {
        argument(node, 0) or module
        for module, node in found
        if isinstance(node, ast.Call) and name_of(node.func) == "getLogger" and node.args
    }
