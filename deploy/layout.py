"""The paths of a site on its machine."""

USER = "newsroom"

CODE = "/opt/newsroom"
RELEASES = f"{CODE}/releases"
CURRENT = f"{CODE}/current"  # a link to the release that timers and operators use
PREVIOUS = f"{CODE}/previous"  # a link to the release that ran before
TABLES = f"{CODE}/tables"  # a file with the version of the release that last migrated the database
COLLECTED = f"{CODE}/collected"  # a file with the digest of the code whose static files were collected last
INSTANCES = f"{CODE}/instances"  # a folder with a link for each web server and worker, to the release that it runs
WEB_PORTS = {"a": 8001, "b": 8002}
WORKERS = ("1", "2")

SETTINGS = "/etc/newsroom"
ENVIRONMENT = f"{SETTINGS}/environment"
KEYS = {"SECRET_KEY": f"{SETTINGS}/secret_key", "DIGEST_KEY": f"{SETTINGS}/digest_key"}

DATA = "/var/lib/newsroom"
# For each version, a file that lists the static files of the release. The site writes it.
STATIC_MANIFEST = f"{DATA}/static/staticfiles-{{}}.json"
UNITS = "/etc/systemd/system"
DATABASES = ("newsroom", "newsroom_drill")
DATABASE_URLS = {
    "postgresql": "postgres://newsroom@%2Frun%2Fpostgresql/newsroom",
    "sqlite": f"sqlite:///{DATA}/newsroom.sqlite3",
}

CADDYFILE = "/etc/caddy/Caddyfile"
CADDY_SITE = "/etc/caddy/newsroom.caddy"
CADDY_UPSTREAM = "/etc/caddy/newsroom-upstream"
NGINX_SITE = "/etc/nginx/conf.d/newsroom.conf"

PROGRAMS = ("newsroom-manage", "newsroom-upgrade")
PROGRAM_FOLDER = "/usr/local/bin"
