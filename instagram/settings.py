"""All configuration, read from the environment (see `.env.example`); a wrong value refuses to start and names itself.

Nothing here exists only in production: what differs between a laptop and a city is the values.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF

from instagram import env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")

# --- What this installation is -------------------------------------------------------------------

SECRET_KEY = env.secret("SECRET_KEY", min_length=32)
DEBUG = env.boolean("DEBUG", False)
STYLEGUIDE = env.boolean("STYLEGUIDE", DEBUG)
ORIGIN = env.origin("ORIGIN", "http://localhost:8000")
SECURE = ORIGIN.startswith("https://")
ORIGIN_HOST = env.host_of(ORIGIN)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [ORIGIN_HOST])
SITE_NAME = env.text("SITE_NAME", "Contact Sheet")
SIGNUP_OPEN = env.boolean("SIGNUP_OPEN", True)
SIGNUPS_PER_HOUR = env.integer("SIGNUPS_PER_HOUR", 100, minimum=1, maximum=1_000_000)
VERSION = "0.1.0"
STATE_DIR = env.folder("STATE_DIR", BASE_DIR / "var")
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, minimum=0, maximum=10)

# --- Limits people meet; `GET /rest/v1/instance` publishes them ------------------------------------

UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 100 * 1024**2, minimum=1024, maximum=10 * 1024**3)
UPLOAD_MAX_PIXELS = env.integer("UPLOAD_MAX_PIXELS", 100_000_000, minimum=10_000, maximum=500_000_000)
POST_MAX_ITEMS = env.integer("POST_MAX_ITEMS", 20, minimum=1, maximum=20)
TRASH_DAYS = env.integer("TRASH_DAYS", 30, minimum=1, maximum=365)

# --- Feeds -----------------------------------------------------------------------------------------

FEED_LENGTH = env.integer("FEED_LENGTH", 500, minimum=20, maximum=5000)
FEED_ACTIVE_DAYS = env.integer("FEED_ACTIVE_DAYS", 14, minimum=1, maximum=365)
FEED_PUSH_LIMIT = env.integer("FEED_PUSH_LIMIT", 10_000, minimum=0, maximum=10_000_000)

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "csp",
    "core",
    "accounts",
    "photos",
    "feeds",
]

MIDDLEWARE = [
    "core.web.middleware.RequestContextMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.web.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.web.middleware.LastSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.web.middleware.PageMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "core.web.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "instagram.urls"
WSGI_APPLICATION = "instagram.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context.site",
                "accounts.web.context.viewer",
            ],
        },
    },
]

# --- Engines ---------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    },
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],
    "connect_timeout": 5,
    "options": "-c statement_timeout=5000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000",
    "pool": {"min_size": 1, "max_size": 20, "timeout": 3, "max_lifetime": 600},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
            "CONNECTION_POOL_KWARGS": {"max_connections": 64},
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        },
    },
}

CELERY_BROKER_URL = env.celery_broker(
    env.redis("CELERY_BROKER_URL", env.with_redis_database(REDIS_URL, env.redis_database(REDIS_URL) + 1))
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Whoever queues a task gives up at once when the broker is away: somebody waits for the answer.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"photos.process_media": {"queue": "media"}, "feeds.*": {"queue": "feeds"}}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_000_000  # kB, looked at after each task
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "refresh every active feed, hourly": {"task": "feeds.refresh", "schedule": crontab(minute="0")},
    "catch up a missed feed hour": {"task": "feeds.refresh", "schedule": crontab(minute="*/5")},
    "restart stuck media": {"task": "photos.sweep_media", "schedule": 15.0},
    "purge the trash": {"task": "photos.purge_trash", "schedule": crontab(minute="20")},
    "forget old idempotency keys": {"task": "core.forget_idempotency_keys", "schedule": crontab(minute="40")},
    "forget old sessions": {"task": "core.forget_sessions", "schedule": crontab(hour="4", minute="50")},
}

# --- Where files live: originals in two places, renditions in one (they can always be made again) ---


def _folder(name: str) -> dict[str, Any]:
    return {
        "BACKEND": "core.storage.FolderStorage",
        "OPTIONS": {
            "location": str(STATE_DIR / "media" / name),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _bucket(bucket: str, prefix: str) -> dict[str, Any]:
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": prefix,
            "access_key": env.secret("S3_ACCESS_KEY_ID"),
            "secret_key": env.secret("S3_SECRET_ACCESS_KEY"),
            "endpoint_url": env.web_address("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "addressing_style": "path",
        },
    }


S3_BUCKET = env.text("S3_BUCKET")
S3_COPY_BUCKET = env.text("S3_COPY_BUCKET")
env.READ.update({"S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"})
if bool(S3_BUCKET) != bool(S3_COPY_BUCKET):
    raise env.ConfigError(
        "S3_COPY_BUCKET" if S3_BUCKET else "S3_BUCKET",
        "is not set; every original is kept in two places, so S3 needs two buckets",
    )
if S3_BUCKET and S3_BUCKET == S3_COPY_BUCKET:
    raise env.ConfigError("S3_COPY_BUCKET", "must be another bucket than S3_BUCKET")

ORIGINAL_COPIES = ["originals", "originals-copy"]
STATIC_ROOT = STATE_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": _bucket(S3_BUCKET, "files") if S3_BUCKET else _folder("files"),
    "originals": _bucket(S3_BUCKET, "originals") if S3_BUCKET else _folder("originals"),
    "originals-copy": _bucket(S3_COPY_BUCKET, "originals") if S3_BUCKET else _folder("originals-copy"),
    "renditions": _bucket(S3_BUCKET, "renditions") if S3_BUCKET else _folder("renditions"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "core.storage.HashedStaticStorage",
    },
}
WHITENOISE_MAX_AGE = 60
FILE_UPLOAD_HANDLERS = [
    "core.web.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
UPLOAD_PATHS = ("/new", "/settings/avatar", "/rest/v1/media", "/rest/v1/me/avatar")  # bodies elsewhere are small
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = POST_MAX_ITEMS * 5  # some more than a post holds, so that its form can say so

# --- Accounts, sessions, browsers -------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrEmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "accounts.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 4096}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "feeds:home"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ORIGIN]
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- REST API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.BearerAuthentication",
        "accounts.api.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.renderers.JSONOnlyNegotiation",
    "EXCEPTION_HANDLER": "core.api.errors.answer_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,
    "UPLOADED_FILES_USE_URL": False,
}

# Requests per window of seconds; counted in Valkey for all processes together.
RATE_LIMITS = {
    "log-in by account and address": (10, 300),
    "log-in by account": (100, 300),
    "log-in by address": (60, 300),
    "sign-up": (SIGNUPS_PER_HOUR, 3600),
    "upload": (600, 3600),
    "post": (200, 3600),
    "follow": (400, 3600),
    "like": (2000, 3600),
    "API": (3000, 300),
}

# --- Language, time, logs ------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

LOG_LEVEL = env.text("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.text("LOG_FORMAT", "json", choices=("json", "text"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "core.logs.RequestFilter"}},
    "formatters": {
        "json": {"()": "core.logs.JsonFormatter"},
        "text": {
            "()": "core.logs.OneLineFormatter",
            "format": "{asctime} {levelname} {name} [{request_id}] {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.server": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
        "PIL": {"level": "INFO"},
    },
}
