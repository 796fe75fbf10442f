"""The settings of the project.

Settings that differ between installations come from the environment (``newsroom.env``).
"""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from newsroom.env import Environment
from newsroom.media.processing import open_safely

env = Environment()
# Old names are refused rather than ignored: otherwise, a site might run without review, or count all readers behind a
# proxy as a single client.
env.refuse_renamed(
    {
        "APPROVE_OWN": "ALLOW_SELF_APPROVAL",
        "REQUIRE_REVIEW": "REQUIRE_APPROVAL",
        "TRUSTED_PROXIES": "TRUSTED_PROXY_COUNT",
    }
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")
DISK_FOLDERS = env.folders("DISK_FOLDERS")  # folders whose disks are watched, in addition to those that the site knows

DEBUG = env.flag("DEBUG")
SITE_NAME = env.text("SITE_NAME", "Newsroom")
SITE_MARK = env.file("SITE_MARK")  # a square picture, for icons and the logo
SITE_URL = env.web_address("SITE_URL", "http://127.0.0.1:8000")
_site = urlsplit(SITE_URL)
_secure = _site.scheme == "https"

# The default key is only for development; with DEBUG, error pages show the internals of the site anyway.
SECRET_KEY = (
    env.text("SECRET_KEY", "for-development-only-never-used-when-debug-is-off")
    if DEBUG
    else env.required("SECRET_KEY", "it signs sessions and must be long, random and yours alone.")
)
# Values that were signed or encrypted with one of these keys remain valid.
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
# Signs digests that must remain valid for ever (newsroom.digests), and is never rotated. The oldest secret key is the
# one that signed them before DIGEST_KEY was set.
DIGEST_KEY = env.text("DIGEST_KEY", [SECRET_KEY, *SECRET_KEY_FALLBACKS][-1])
DIGEST_KEY_CONFIGURED = bool(env.text("DIGEST_KEY"))
ALLOWED_HOSTS = (
    env.names("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
    if DEBUG
    else env.required("ALLOWED_HOSTS", "the host names readers use, separated by commas.").split(",")
)
ALLOWED_HOSTS = [host.strip() for host in ALLOWED_HOSTS if host.strip()]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "newsroom.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # formats the times of last use in the list of passkeys
    "django.forms",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",  # its tables exist whether or not single sign-on is used
    "allauth.usersessions",
    "markdownx",
    "newsroom.operations",
    "newsroom.accounts",
    "newsroom.audit",
    "newsroom.page_cache",
    "newsroom.redirects",
    "newsroom.search",
    "newsroom.media",
    "newsroom.site",
    "newsroom.background",
    "newsroom.desk",
    "newsroom.notifications",
    "topics",
    "stories",
]

MIDDLEWARE = [
    "newsroom.operations.request_log.RequestLogMiddleware",
    "newsroom.site.retry.RetryMiddleware",
    "newsroom.page_cache.middleware.StorePageMiddleware",
    "newsroom.http.security_headers.SecurityHeadersMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "newsroom.static_files.StaticFilesMiddleware",
    "newsroom.http.clock.RequestTimeMiddleware",
    "newsroom.http.languages.LanguageMiddleware",
    "newsroom.http.sessions.ReadableSessionMiddleware",
    "newsroom.page_cache.middleware.AppendSlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "newsroom.accounts.staff_cookie.StaffCookieMiddleware",
    "newsroom.accounts.refusals.RecordRefusalsMiddleware",
    "newsroom.accounts.second_factor.SecondFactorMiddleware",
    "newsroom.desk.responses.RefusalMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.csp",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.site.context_processors.site",
                "topics.context_processors.subjects",
            ],
            # Django finds template tag libraries only in the ``templatetags`` package of an app, not in its subpackages.
            "libraries": {
                "cards": "stories.public.templatetags.cards",
                "comments": "stories.workflow.comments.templatetags.comments",
                "counts": "stories.public.templatetags.counts",
                "forecasts": "stories.public.templatetags.forecasts",
                "metadata": "stories.public.templatetags.metadata",
                "page_tools": "stories.public.templatetags.page_tools",
                "search": "stories.public.templatetags.search",
                "sources": "stories.public.templatetags.sources",
            },
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data ---------------------------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}")
DATABASES = {"default": env.database("DATABASE_URL", DATABASE_URL)}
# The address of PostgreSQL itself, for backups, if DATABASE_URL leads to a pooler (newsroom.db.pooler).
DATABASE_DIRECT_URL = env.postgresql_address("DATABASE_DIRECT_URL")
# A streaming replica for reports and backups (newsroom.operations.replica).
DATABASE_REPLICA_URL = env.postgresql_address("DATABASE_REPLICA_URL")
if DATABASE_REPLICA_URL and DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    raise ImproperlyConfigured("DATABASE_REPLICA_URL is set, but DATABASE_URL names no PostgreSQL.")

_cache = env.text("CACHE_URL")
CACHES = {
    "default": (
        {"BACKEND": "newsroom.caching.RedisCache", "LOCATION": _cache}
        if _cache
        else {"BACKEND": "newsroom.caching.DatabaseCache", "LOCATION": "newsroom_cache"}
    )
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Numbers of days, keyed by retention rule, which replace the defaults (newsroom.operations.retention).
RETENTION = env.days("RETENTION")

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": env.storage("AWS_STORAGE_BUCKET_NAME"),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "newsroom.static_files.BundledStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = ["newsroom.media.upload_handlers.BoundedUploadHandler"]

# Backups ------------------------------------------------------------------------------------------------------------

# A folder or s3://bucket/prefix. The credentials must differ from those for pictures, so that whoever steals one set
# cannot delete both the pictures and the backups.
BACKUP_TO = env.text("BACKUP_TO")
BACKUP_AGE_RECIPIENT = env.text("BACKUP_AGE_RECIPIENT")  # the age public key to which backups are encrypted
BACKUP_DAILY = env.number("BACKUP_DAILY", 7)
BACKUP_WEEKLY = env.number("BACKUP_WEEKLY", 4)
BACKUP_S3 = {
    "aws_access_key_id": env.text("BACKUP_S3_ACCESS_KEY_ID") or None,
    "aws_secret_access_key": env.text("BACKUP_S3_SECRET_ACCESS_KEY") or None,
    "endpoint_url": env.text("BACKUP_S3_ENDPOINT_URL") or None,
    "region_name": env.text("BACKUP_S3_REGION_NAME") or None,
}

# Accounts -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
# The file that load_breached_passwords makes. If it is missing or damaged, the site still runs, but a
# system check reports that.
BREACHED_PASSWORDS_FILE = env.file("BREACHED_PASSWORDS_FILE")
if BREACHED_PASSWORDS_FILE:
    AUTH_PASSWORD_VALIDATORS.append(
        {
            "NAME": "newsroom.accounts.breached_passwords.validator.BreachedPasswordValidator",
            "OPTIONS": {"path": BREACHED_PASSWORDS_FILE},
        }
    )
SESSION_ENGINE = "newsroom.accounts.session_store"
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 120, minimum=1)  # without activity
SESSION_HOURS = env.number("SESSION_HOURS", 12, minimum=1)  # since the sign-in
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "newsroom.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_FORMS = {
    "change_password": "newsroom.accounts.forms.PasswordChangeForm",
    "login": "newsroom.accounts.forms.SignInForm",
    "reauthenticate": "newsroom.accounts.forms.PasswordReauthenticationForm",
    "reset_password": "newsroom.accounts.forms.RequestPasswordResetForm",
    "reset_password_from_key": "newsroom.accounts.forms.PasswordResetForm",
    "set_password": "newsroom.accounts.forms.PasswordSetForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": None, "reset_password": None}  # counted by newsroom.accounts.lockout
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=not DEBUG)
MFA_ADAPTER = "newsroom.accounts.mfa.EncryptedMFAAdapter"
MFA_FORMS = {
    "activate_totp": "newsroom.accounts.forms.AuthenticatorAppForm",
    "add_webauthn": "newsroom.accounts.forms.NewPasskeyForm",
    "authenticate": "newsroom.accounts.forms.CodeForm",
    "reauthenticate": "newsroom.accounts.forms.CodeReauthenticationForm",
    "authenticate_webauthn": "newsroom.accounts.forms.PasskeyForm",
    "login_webauthn": "newsroom.accounts.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "newsroom.accounts.forms.PasskeyReauthenticationForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code may be one time step off, because typing takes time and clocks differ (RFC 6238, 5.2)
# Administrators vouch for e-mail addresses, so none needs verification before a second factor is set up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Single sign-on with an OpenID Connect provider (docs/security/sso.md), which is off unless OIDC_ISSUER is set.
OIDC_ISSUER = env.web_address("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", urlsplit(OIDC_ISSUER).hostname or "")
OIDC_ONLY = env.flag("OIDC_ONLY")  # nobody but the emergency administrator signs in with a password or a passkey
OIDC_SECOND_FACTOR = env.choice("OIDC_SECOND_FACTOR", ("ours", "provider"))  # who asks for a second factor
if OIDC_ISSUER and not all(map(find_spec, ("jwt", "requests"))):
    raise ImproperlyConfigured(
        "OIDC_ISSUER is set, but the packages of single sign-on are missing. Install newsroom[sso], or remove OIDC_ISSUER."
    )

EMAIL_CONFIGURED = bool(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"newsroom@{_site.hostname}")
MAILERS = {"default": env.mailer("EMAIL_URL")}
SILENCED_SYSTEM_CHECKS = [] if EMAIL_CONFIGURED else ["mail.E001"]  # a site may run without mail; its pages say so

# Security -----------------------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REDIRECT_EXEMPT = [
    r"^api/v1/"
]  # the API refuses plain HTTP itself, because a program would not notice a redirect
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Browsers accept cookies with these names only over HTTPS and from this host. The names of other
# cookies come from newsroom.http.cookies.
if _secure:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
# Messages may quote drafts, so they are not stored in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "newsroom.accounts.login.csrf_failure_view"
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")  # for /.well-known/security.txt

# The services that the worker notifies of changes: a WebSub hub, search engines (IndexNow), and an edge
# (docs/scaling.md).
WEBSUB_HUB = env.web_address("WEBSUB_HUB")
INDEXNOW_KEY = env.key("INDEXNOW_KEY")
PURGE_URL = env.web_address("PURGE_URL")
PURGE_HEADER = env.header("PURGE_HEADER")
QUIET = env.flag("QUIET")  # holds back mail, pings and purges, as after a restore (newsroom.operations.site_state)
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 300)  # from one network address; 0 means no limit

# The people who run the site, to whom alerts are sent; by default all active administrators
# (newsroom.operations.alerts).
ALERT_EMAILS = env.names("ALERT_EMAILS")
ALERT_URL = env.web_address("ALERT_URL")
ALERT_REMIND_HOURS = env.number(
    "ALERT_REMIND_HOURS", 24
)  # hours between two messages about an open alert; 0 means no reminder

# Review -------------------------------------------------------------------------------------------------------------

# With REQUIRE_APPROVAL, a work can be published only if its newest revision is approved. With ALLOW_SELF_APPROVAL,
# reviewers may approve it even if they have written part of it since the last public edition.
REQUIRE_APPROVAL = env.flag("REQUIRE_APPROVAL")
ALLOW_SELF_APPROVAL = env.flag("ALLOW_SELF_APPROVAL")

# Language and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"  # the language of the desk
# The translations of the interface. A story's page is in the language of the story, even if that is not one of the
# languages of lists.
LOCALE_PATHS = [BASE_DIR / "locale"]
# The languages in which the site has lists of stories, questions and topics. Addresses of lists have no
# prefix in the first language, and the language tag as a prefix in all others.
SITE_LANGUAGES = env.languages("LANGUAGES", "en-gb", catalogues=LOCALE_PATHS[0])
TIME_ZONE = env.text("TIME_ZONE", "UTC")

# Writing ------------------------------------------------------------------------------------------------------------

# The number of outlets that a story must compare, each in a separate passage, before it can be published.
MINIMUM_OUTLETS = env.number("MINIMUM_OUTLETS", 2)
# The Markdown editor of the desk. The picture library stores and resizes its uploads, so the package's other settings
# do not apply.
MARKDOWNX_MARKDOWNIFY_FUNCTION = "newsroom.desk.forms.markdown.render_preview"
MARKDOWNX_URLS_PATH = "/admin/markdown/markdownify/"
MARKDOWNX_UPLOAD_URLS_PATH = "/admin/markdown/upload/"
MARKDOWNX_SERVER_CALL_LATENCY = 500  # milliseconds after the last keystroke
MARKDOWNX_UPLOAD_MAX_SIZE = open_safely.MAX_BYTES
MARKDOWNX_UPLOAD_CONTENT_TYPES = open_safely.CONTENT_TYPES
MARKDOWNX_EDITOR_RESIZABLE = True

# Logs ---------------------------------------------------------------------------------------------------------------

LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"))
LOG_LEVEL = env.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"))
SLOW_MS = env.number("SLOW_MS", 500)  # slower requests, statements, waits and tasks are logged; with 0, none are
METRICS_TOKEN = env.text("METRICS_TOKEN")  # opens /metrics to other machines
SENTRY_DSN = env.web_address("SENTRY_DSN")
if SENTRY_DSN and find_spec("sentry_sdk") is None:
    raise ImproperlyConfigured(
        "SENTRY_DSN is set, but the package sentry-sdk is missing. Install newsroom[sentry], or remove SENTRY_DSN."
    )
# The exceptions with which Django refuses malformed requests. Any client can cause them, so they are not errors of the
# site, and must not fill the log or Sentry.
_refusals = ("DisallowedHost", "RequestDataTooBig", "SuspiciousMultipartForm", "TooManyFieldsSent", "TooManyFilesSent")
_sentry = {"sentry": {"class": "sentry_sdk.integrations.logging.EventHandler", "level": "ERROR"}} if SENTRY_DSN else {}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "newsroom.http.log_redaction.RedactingFormatter"},
        "json": {"()": "newsroom.operations.log_format.JSONFormatter"},
    },
    # The handler has the level too, because loggers that set a level of their own bypass that of the root logger.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "level": LOG_LEVEL}, **_sentry},
    "root": {"handlers": ["console", *_sentry], "level": LOG_LEVEL},
    "filters": {
        "missing": {"()": "newsroom.http.log_levels.MissingPagesFilter"},
        "refused": {"()": "newsroom.http.log_levels.RefusedRequestsFilter"},
    },
    "loggers": {
        "django.request": {"filters": ["missing"]},
        **{f"django.security.{name}": {"filters": ["refused"]} for name in _refusals},
        # Django's own handlers would write lines in a different format, with the query string of each address.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # People read the text format, in which a line for each request would hide the other lines.
        "newsroom.operations.request_log": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
