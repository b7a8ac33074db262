"""All configuration, read from the environment (see `.env.example`); a wrong value refuses to start and names itself.

Nothing here exists only in production: what differs between a laptop and a city is the values.
"""

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF

from instagram import env, stores

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")

# --- What this installation is -------------------------------------------------------------------

SECRET_KEY = env.secret("SECRET_KEY", min_length=32)
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS", min_length=32)
RECEIPT_KEY = env.secret("RECEIPT_KEY", min_length=32, default=SECRET_KEY)
DEBUG = env.boolean("DEBUG", False)
STYLEGUIDE = env.boolean("STYLEGUIDE", DEBUG)
ORIGIN = env.origin("ORIGIN", "http://localhost:8000")
SECURE = ORIGIN.startswith("https://")
ORIGIN_HOST = env.host_of(ORIGIN)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [ORIGIN_HOST])
SITE_NAME = env.text("SITE_NAME", "Contact Sheet")
ADMIN_NEEDS_2FA = env.boolean("ADMIN_NEEDS_2FA", SECURE)
ADMIN_SKIN = env.text("ADMIN_SKIN", "unfold", choices=("unfold", "plain"))
REGISTRATION = env.text(
    "REGISTRATION",
    "open" if env.boolean("SIGNUP_OPEN", True) else "closed",
    choices=("open", "closed", "invite", "approval"),
)
REGISTRATION_QUESTION = env.text("REGISTRATION_QUESTION", "Why would you like to join?")
MAX_ACCOUNTS = env.integer("MAX_ACCOUNTS", 0, minimum=0, maximum=1_000_000_000)
INVITATIONS = env.text("INVITATIONS", "members", choices=("staff", "members"))
INVITATIONS_PER_PERSON = env.integer("INVITATIONS_PER_PERSON", 10, minimum=0, maximum=1_000_000)
EXPLORE_OPEN = env.boolean("EXPLORE_OPEN", True)
ALLOW_ENGINES = env.boolean("ALLOW_ENGINES", True)
NEW_ACCOUNT_HOURS = env.integer("NEW_ACCOUNT_HOURS", 24, minimum=0, maximum=24 * 365)
SIGNUPS_PER_HOUR = env.integer("SIGNUPS_PER_HOUR", 100, minimum=1, maximum=1_000_000)
VERSION = "0.4.0"
STATE_DIR = env.folder("STATE_DIR", BASE_DIR / "var")
ROLE = env.text("ROLE", "all", choices=("all", "web", "upload"))
UPLOAD_SLOTS = env.integer("UPLOAD_SLOTS", 4 if ROLE == "all" else 0, minimum=0, maximum=10_000)
if SECURE and os.environ.get("FAULT_POINTS"):
    raise env.ConfigError("FAULT_POINTS", "is for tests alone and must not be set where people are served")
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, minimum=0, maximum=10)

# --- Limits people meet; `GET /rest/v1/instance` publishes them ------------------------------------

PHOTO_MAX_BYTES = env.integer("PHOTO_MAX_BYTES", 50 * 1024**2, minimum=1024, maximum=1024**3)
PHOTO_MAX_PIXELS = env.integer("PHOTO_MAX_PIXELS", 100_000_000, minimum=10_000, maximum=100_000_000)
VIDEO_MAX_BYTES = env.integer("VIDEO_MAX_BYTES", 500 * 1024**2, minimum=1024, maximum=20 * 1024**3)
UPLOAD_MAX_BYTES = max(PHOTO_MAX_BYTES, VIDEO_MAX_BYTES)
VIDEO_MAX_SECONDS = env.integer("VIDEO_MAX_SECONDS", 600, minimum=1, maximum=4 * 3600)
QUOTA_BYTES = env.integer("QUOTA_BYTES", 20 * 1024**3, minimum=0, maximum=10**15)
POST_MAX_ITEMS = env.integer("POST_MAX_ITEMS", 20, minimum=1, maximum=20)
EXPORT_PART_BYTES = 64 * 1024**2
TRASH_DAYS = env.integer("TRASH_DAYS", 30, minimum=1, maximum=365)
USERNAME_HOLD_DAYS = env.integer("USERNAME_HOLD_DAYS", 90, minimum=1, maximum=3650)
NOTIFICATION_DAYS = env.integer("NOTIFICATION_DAYS", 90, minimum=1, maximum=3650)

# --- Developing: limits of the child processes that decode ------------------------------------------

DEVELOP_SECONDS = 120
DEVELOP_MEMORY = 1024**3
TRANSCODE_SECONDS = env.integer("TRANSCODE_SECONDS", 3600, minimum=60, maximum=24 * 3600)
FFMPEG = env.text("FFMPEG")
SCRUB_SECONDS = env.integer("SCRUB_SECONDS", 60, minimum=0, maximum=550)

# --- Feeds -----------------------------------------------------------------------------------------

FEED_LENGTH = env.integer("FEED_LENGTH", 500, minimum=20, maximum=5000)
FEED_ACTIVE_DAYS = env.integer("FEED_ACTIVE_DAYS", 14, minimum=1, maximum=365)
FEED_PUSH_LIMIT = env.integer("FEED_PUSH_LIMIT", 10_000, minimum=0, maximum=10_000_000)
FEED_WINDOW_DAYS = env.integer("FEED_WINDOW_DAYS", 30, minimum=1, maximum=60)
FEED_POSTS_PER_AUTHOR = env.integer("FEED_POSTS_PER_AUTHOR", 30, minimum=1, maximum=1000)
FEED_HALF_LIFE_HOURS = env.decimal("FEED_HALF_LIFE_HOURS", 24.0, minimum=2, maximum=10_000)
FEED_LIKES = env.decimal("FEED_LIKES", 0.35, minimum=0, maximum=100)
FEED_COMMENTS = env.decimal("FEED_COMMENTS", 0.5, minimum=0, maximum=100)
FEED_CLOSENESS = env.decimal("FEED_CLOSENESS", 0.4, minimum=0, maximum=100)
FEED_SEEN = env.decimal("FEED_SEEN", 0.2, minimum=0.001, maximum=1)
FEED_MAX_IN_A_ROW = env.integer("FEED_MAX_IN_A_ROW", 2, minimum=1, maximum=100)

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    *(["unfold.apps.BasicAppConfig"] if ADMIN_SKIN == "unfold" else []),  # its templates replace those of the admin
    "accounts.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "oauth2_provider",
    "rest_framework",
    "csp",
    "core",
    "accounts",
    "photos",
    "feeds",
    "exports",
    "notifications",
    "moderation",
    "sharing",
]

MIDDLEWARE = [
    "core.web.middleware.RequestContextMiddleware",
    "core.web.cors.CorsMiddleware",
    "core.web.express.ExpressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.web.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "core.web.roles.RoleMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.web.csrf.FetchSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.web.middleware.LastSeenMiddleware",
    "accounts.web.middleware.NetworkMiddleware",
    "accounts.web.middleware.FrozenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.web.middleware.VersionMiddleware",
    "core.web.middleware.PageMiddleware",
    "core.web.middleware.ErrorMiddleware",
    "accounts.web.middleware.FormerNameMiddleware",
]

ROOT_URLCONF = "instagram.urls"
WSGI_APPLICATION = "instagram.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "skins" / ADMIN_SKIN, BASE_DIR / "templates"],
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

UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_SYMBOL": "photo_library",
}

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
    "visibility_timeout": TRANSCODE_SECONDS + 3600,  # longer than the longest task
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
CELERY_TASK_ROUTES = {
    "core.send_mail": {"queue": "mail"},
    "notifications.push*": {"queue": "push"},  # waits for other people's servers
    "notifications.send_digests": {"queue": "mail"},
    "exports.make_part": {"queue": "exports"},
    "photos.process_media": {"queue": "media"},
    "photos.process_video": {"queue": "video"},
    "sharing.*": {"queue": "sharing"},  # waits for other networks, and sends them films
    "feeds.build_chunk": {"queue": "builds"},  # hundreds an hour, and a new post does not wait behind them
    "feeds.*": {"queue": "feeds"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_TIME_LIMIT = TRANSCODE_SECONDS + 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_000_000  # kB, looked at after each task
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "refresh every active feed, hourly": {"task": "feeds.refresh", "schedule": crontab(minute="0")},
    "catch up a missed feed hour": {"task": "feeds.refresh", "schedule": crontab(minute="*/5")},
    "choose what Explore shows": {"task": "feeds.refresh_explore", "schedule": crontab(minute="2")},
    "send again what the queue has lost": {"task": "core.relay_outbox", "schedule": 10.0},
    "keep the figures of the dashboard": {"task": "core.take_samples", "schedule": crontab(minute="*/5")},
    "restart stuck media": {"task": "photos.sweep_media", "schedule": 15.0},
    "read copies of originals again": {"task": "photos.scrub", "schedule": crontab(minute="*/10")},
    "compare storages with the database": {"task": "photos.reconcile", "schedule": crontab(hour="3", minute="15")},
    "forget unfinished uploads": {"task": "photos.forget_uploads", "schedule": crontab(minute="35")},
    "remind of deletions": {"task": "accounts.remind_of_deletion", "schedule": crontab(hour="9", minute="5")},
    "go on with exports": {"task": "exports.resume", "schedule": 60.0},
    "delete old exports": {"task": "exports.expire", "schedule": crontab(minute="*/5")},
    "delete what no export names": {"task": "exports.sweep", "schedule": crontab(minute="50")},
    "delete closed accounts": {"task": "photos.purge_accounts", "schedule": crontab(minute="25")},
    "forget links that are over": {"task": "sharing.forget_links", "schedule": crontab(minute="15")},
    "purge the trash": {"task": "photos.purge_trash", "schedule": crontab(minute="20")},
    "end mutes whose time is over": {"task": "accounts.end_mutes", "schedule": 30.0},
    "go on with imports that a worker left": {"task": "accounts.resume_imports", "schedule": 60.0},
    "forget old idempotency keys": {"task": "core.forget_idempotency_keys", "schedule": crontab(minute="40")},
    "forget old lines of security logs": {
        "task": "accounts.forget_security",
        "schedule": crontab(hour="4", minute="40"),
    },
    "forget accounts whose address nobody proved": {
        "task": "accounts.forget_unproved",
        "schedule": crontab(minute="55"),
    },
    "let former names go": {"task": "accounts.forget_former_names", "schedule": crontab(minute="45")},
    "count follows anew": {"task": "accounts.reconcile_people", "schedule": crontab(hour="2", minute="30")},
    "count likes anew": {"task": "photos.reconcile_likes", "schedule": crontab(hour="2", minute="40")},
    "count comments anew": {"task": "photos.reconcile_comments", "schedule": crontab(hour="2", minute="44")},
    "count likes of comments anew": {
        "task": "photos.reconcile_comment_likes",
        "schedule": crontab(hour="2", minute="47"),
    },
    "count posts anew": {"task": "photos.reconcile_works", "schedule": crontab(hour="2", minute="50")},
    "keep words that searching lacks": {"task": "photos.index_words", "schedule": crontab(hour="3", minute="40")},
    "forget codes and apps that nobody uses": {
        "task": "accounts.forget_apps",
        "schedule": crontab(hour="4", minute="55"),
    },
    "delete what staff have decided to delete": {
        "task": "moderation.carry_out_deletions",
        "schedule": crontab(minute="15"),
    },
    "forget what people were told long ago": {"task": "notifications.prune", "schedule": crontab(minute="10")},
    "plan digests": {"task": "notifications.plan_digests", "schedule": crontab(minute="*/10")},
    "send digests": {"task": "notifications.send_digests", "schedule": 60.0},
    "forget browsers that are told nothing any more": {
        "task": "notifications.forget_subscriptions",
        "schedule": crontab(hour="4", minute="45"),
    },
    "send to other networks what was left": {"task": "sharing.sweep_cross_posts", "schedule": 60.0},
    "write down how often blocklists were met": {"task": "accounts.write_hits", "schedule": 60.0},
    "forget old sessions": {"task": "core.forget_sessions", "schedule": crontab(hour="4", minute="50")},
}

# --- Where files live: originals in two places, renditions in one (they can always be made again) ---

MEDIA_STORES = stores.read(STATE_DIR, ["default", "originals", "originals-copy", "renditions", "uploads", "exports"])
ORIGINAL_COPIES, ORIGINAL_QUORUM = stores.copies(MEDIA_STORES)
S3_PUBLIC_URL = env.web_address("S3_PUBLIC_URL")
S3_DELIVERY = env.text("S3_DELIVERY", "store", choices=("store", "site"))
STORE_ORIGINS = stores.origins(MEDIA_STORES["renditions"], S3_PUBLIC_URL) if S3_DELIVERY == "store" else []
STATIC_ROOT = STATE_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    **MEDIA_STORES,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "core.storage.HashedStaticStorage",
    },
}
WHITENOISE_MAX_AGE = 60
FILE_UPLOAD_HANDLERS = [
    "core.web.uploads.LimitedUploadHandler",
    "core.web.uploads.DiskUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
UPLOAD_PATHS = (
    "/new",
    "/settings/avatar",
    "/settings/header",
    "/rest/v1/media",
    "/rest/v1/me/avatar",
    "/rest/v1/me/header",
    "/rest/v1/uploads",
)
# Bodies elsewhere are small.
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
# Argon2id, 19 MB and two passes; what is hashed otherwise is hashed anew at the next log-in.
PASSWORD_HASHERS = [
    "accounts.passwords.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "feeds:home"
PASSWORD_RESET_TIMEOUT = 3600

# django-allauth: its flows at our addresses, in our look, with our limits (docs/adr/0014).
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "confirm_email_verification_code": "accounts.web.entrance_forms.CodeForm",
    "add_email": "accounts.web.entrance_forms.EmailForm",
    "reset_password": "accounts.web.entrance_forms.ResetForm",
    "reset_password_from_key": "accounts.web.entrance_forms.NewPasswordForm",
    "reauthenticate": "accounts.web.entrance_forms.ConfirmForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = False  # ours are counted in Valkey, and closed while it is away
ACCOUNT_USERNAME_MIN_LENGTH = 2
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.web.second_forms.SecondStepForm",
    "reauthenticate": "accounts.web.second_forms.SecondConfirmForm",
    "authenticate_webauthn": "accounts.web.second_forms.PasskeyStepForm",
    "activate_totp": "accounts.web.second_forms.AppForm",
    "add_webauthn": "accounts.web.second_forms.PasskeyForm",
    "login_webauthn": "accounts.web.second_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "accounts.web.second_forms.PasskeyConfirmForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_RATE_LIMITS = False

SOCIALACCOUNT_ADAPTER = "accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
OIDC_SERVER_URL = env.web_address("OIDC_SERVER_URL")
if SECURE and OIDC_SERVER_URL.startswith("http://"):
    raise env.ConfigError("OIDC_SERVER_URL", "must start with https:// where ORIGIN does")
OIDC_NAME = env.text("OIDC_NAME", env.host_of(OIDC_SERVER_URL)) if OIDC_SERVER_URL else env.text("OIDC_NAME")
SOCIALACCOUNT_PROVIDERS = env.provider("OIDC", OIDC_NAME, OIDC_SERVER_URL)

SILENCED_SYSTEM_CHECKS = ["oauth2_provider.E001"]  # accounts.oauth makes new tokens within the grace period
OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.App"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "accounts.oauth.Validator",
    "SCOPES_BACKEND_CLASS": "accounts.oauth.Scopes",
    "ACCESS_TOKEN_GENERATOR": "accounts.oauth.new_access_token",
    "REFRESH_TOKEN_GENERATOR": "accounts.oauth.new_refresh_token",
    "OIDC_ISS_ENDPOINT": ORIGIN,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 120,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 2 * 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 24 * 3600,  # without use
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 60,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],  # apps have schemes of their own: accounts.services.apps
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "PKCE_REQUIRED",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
        )
    },
}

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
DEVICE_COOKIE_NAME = "__Host-device" if SECURE else "device"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ORIGIN]
MESSAGE_STORAGE = "core.web.cookies.MessageStorage"

SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *STORE_ORIGINS],
        "media-src": [SELF, "blob:", *STORE_ORIGINS],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Mail ---------------------------------------------------------------------------------------------

MAIL = env.mail("EMAIL_URL")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(STATE_DIR / "mail")
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.address if MAIL else ("", 25, "", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = (MAIL.starttls, MAIL.ssl) if MAIL else (False, False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"{SITE_NAME} <noreply@{ORIGIN_HOST.strip('[]')}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
UNSUBSCRIBE_ADDRESS = env.mailbox("UNSUBSCRIBE_ADDRESS")
DIGEST_HOUR = env.integer("DIGEST_HOUR", 8, minimum=0, maximum=23)

# --- Web push: off without a key -----------------------------------------------------------------------

VAPID_PRIVATE_KEY = env.vapid_key("VAPID_PRIVATE_KEY")
VAPID_SUBJECT = env.vapid_subject("VAPID_SUBJECT", ORIGIN if SECURE else f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}")
PUSH_ALLOWED_HOSTS = frozenset(word.lower() for word in env.words("PUSH_ALLOWED_HOSTS", []))
PUSH_CA_FILE = env.file("PUSH_CA_FILE")

# --- Other networks: off unless named, and those with keys not without them (docs/connectors.md) -----------

CONNECTORS = env.connectors(
    "CONNECTORS",
    {
        "mastodon": ("", ""),
        "bluesky": ("", ""),
        "tumblr": ("TUMBLR_CLIENT_ID", "TUMBLR_CLIENT_SECRET"),
        "flickr": ("FLICKR_KEY", "FLICKR_SECRET"),
        "facebook": ("FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"),
        "x": ("X_CLIENT_ID", "X_CLIENT_SECRET"),
    },
)
CONNECTOR_ALLOWED_HOSTS = frozenset(word.lower() for word in env.words("CONNECTOR_ALLOWED_HOSTS", []))
CONNECTOR_CA_FILE = env.file("CONNECTOR_CA_FILE")
# Where they are; tests put others here.
CONNECTOR_ADDRESSES = {
    "bluesky": "https://bsky.social",
    "tumblr": "https://www.tumblr.com",
    "tumblr api": "https://api.tumblr.com",
    "flickr": "https://www.flickr.com",
    "flickr api": "https://api.flickr.com",
    "flickr upload": "https://up.flickr.com",
    "facebook": "https://www.facebook.com",
    "facebook api": "https://graph.facebook.com",
    "x": "https://x.com",
    "x api": "https://api.x.com",
}

# --- REST API ----------------------------------------------------------------------------------------

CORS_ORIGINS = frozenset(env.foreign_origins("CORS_ORIGINS"))

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
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.CallSchema",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,
    "UPLOADED_FILES_USE_URL": False,
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "REST API",
    "DESCRIPTION": (
        "JSON in UTF-8; ids are strings, times ISO-8601 in UTC with milliseconds, null stands for nothing. An address "
        "with a slash at its end answers the same, and HEAD what GET does, without the body. Errors not listed at a "
        "call, such as 405 and 500, are a `Problem` as well. How to begin, and how an app logs somebody in: /docs/api/."
    ),
    "VERSION": "1",
    "SERVERS": [{"url": "/", "description": "The site that this was asked of."}],
    "TAGS": [
        {"name": "Instance", "description": "What this site is and allows."},
        {"name": "Apps", "description": "Programs that log people in."},
        {"name": "Accounts", "description": "Signing up."},
        {"name": "Me", "description": "Your own account."},
        {"name": "People", "description": "Others, and what they show."},
        {"name": "Relations", "description": "Follow, block, mute, restrict, close friends."},
        {"name": "Suggestions", "description": "Whom you might follow."},
        {"name": "Media", "description": "Pictures and videos, and their originals."},
        {"name": "Uploads", "description": "Files that come in several requests: [how that goes](/docs/uploads/)."},
        {"name": "Posts", "description": "What is published, the archive and the trash."},
        {"name": "Comments", "description": "What people say about posts, and who lets it out."},
        {"name": "Saved", "description": "What you keep for later, in collections that nobody else sees."},
        {"name": "Albums", "description": "Posts that belong together, in their order."},
        {"name": "Tags", "description": "Words that posts are filed under."},
        {"name": "Places", "description": "Where posts say they are from."},
        {"name": "Feed", "description": "What the people you follow post."},
        {"name": "Explore", "description": "What many like."},
        {"name": "Search", "description": "Posts, people and tags by words."},
        {"name": "Reports", "description": "What the people who run the site should look at."},
        {"name": "Notifications", "description": "What you were told, and where you want to be told of what."},
        {"name": "Push", "description": "Browsers and apps that are told at once."},
        {"name": "Sharing", "description": "Links that you can end, and the ways to other sites."},
        {"name": "Networks", "description": "Your accounts elsewhere, and what of yours is posted there."},
        {"name": "Exports", "description": "Leaving with everything."},
    ],
    "SCHEMA_PATH_PREFIX": "/rest/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
}

# Requests per window of seconds; counted in Valkey for all processes together.
RATE_LIMITS = {
    "log-in by account and address": (10, 300),
    "log-in by account": (100, 300),
    "log-in by address": (60, 300),
    "sign-up": (SIGNUPS_PER_HOUR, 3600),
    "second step": (20, 900),
    "app": (10, 3600),
    "OAuth by address": (600, 300),
    "mail by address": (60, 3600),
    "receipt": (60, 3600),
    "export": (3, 24 * 3600),
    "mail to one address": (6, 3600),
    "upload": (600, 3600),
    "post": (200, 3600),
    "follow": (400, 3600),
    "like": (2000, 3600),
    "push": (60, 3600),
    "comment": (300, 3600),
    "save": (2000, 3600),
    "album": (1000, 3600),
    "album archive": (30, 3600),
    "tag": (1000, 3600),
    "search": (600, 300),
    "typeahead": (1200, 300),
    "connection": (20, 3600),
    "cross-post": (100, 3600),
    "report": (60, 3600),
    "link": (60, 3600),
    "link password by link and address": (10, 900),
    "link password by link": (100, 3600),
    "unknown link by address": (30, 600),
    # The same for accounts younger than NEW_ACCOUNT_HOURS, on top.
    "post by new account": (20, 3600),
    "follow by new account": (60, 3600),
    "like by new account": (300, 3600),
    "comment by new account": (40, 3600),
    "mention by new account": (20, 3600),
    "tag by new account": (40, 3600),
    "report by new account": (10, 3600),
    "import": (10, 24 * 3600),
    "API": (3000, 300),
    "API by app": (300_000, 300),
}

# --- Language, time, logs ------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# fmt: off
STEMMED_LANGUAGES = {  # those that every Postgres has a stemmer for, and what it calls them
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}
# fmt: on
SEARCH_LANGUAGES = env.words_among("SEARCH_LANGUAGES", ["en", "de", "fr", "es"], tuple(STEMMED_LANGUAGES))
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
