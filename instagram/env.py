"""Typed readers of environment variables. Standard library only, so `bin/dev` can use it before anything is installed.

Every reader records the name it was asked for in `READ`; a test compares that with `.env.example`.
A missing or wrong value raises `ConfigError`, which ends the program with a sentence that names the variable.
"""

import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

READ: set[str] = set()

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class ConfigError(SystemExit):
    """A variable that the program cannot start with; printed as one line, exit status 1."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem} (see .env.example)")


def load_dotenv(path: Path) -> None:
    """Put the NAME=value lines of `path` into the environment; what is set already wins. A missing file is fine."""
    if not path.is_file():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.strip()
        if not separator or not name.isidentifier():
            raise ConfigError(f"{path.name} line {number}", "is not NAME=value")
        os.environ.setdefault(name, _unquote(value.strip()))


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _read(name: str) -> str | None:
    READ.add(name)
    value = os.environ.get(name, "").strip()
    return value or None


def text(name: str, default: str = "", *, choices: Sequence[str] = ()) -> str:
    value = _read(name) or default
    if choices and value not in choices:
        raise ConfigError(name, f"is {value!r}, must be one of {', '.join(choices)}")
    return value


def secret(name: str, *, min_length: int = 0, default: str | None = None) -> str:
    """The value of NAME, or the contents of the file that NAME_FILE names."""
    value = _read(name)
    file = os.environ.get(f"{name}_FILE", "").strip()
    if value is None and file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE", f"cannot be read: {error}") from error
    if value is None:
        if default is None:
            raise ConfigError(name, "is not set")
        return default
    if len(value) < min_length:
        raise ConfigError(name, f"has {len(value)} characters, needs at least {min_length}")
    return value


def integer(name: str, default: int, *, minimum: int, maximum: int) -> int:
    value = _read(name)
    if value is None:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ConfigError(name, f"is {value!r}, must be a whole number") from None
    if not minimum <= number <= maximum:
        raise ConfigError(name, f"is {number}, must be between {minimum} and {maximum}")
    return number


def decimal(name: str, default: float, *, minimum: float, maximum: float) -> float:
    value = _read(name)
    if value is None:
        return default
    try:
        number = float(value)
    except ValueError:
        raise ConfigError(name, f"is {value!r}, must be a number such as 0.5") from None
    if not minimum <= number <= maximum:
        raise ConfigError(name, f"is {number:g}, must be between {minimum:g} and {maximum:g}")
    return number


def boolean(name: str, default: bool) -> bool:
    value = _read(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ConfigError(name, f"is {value!r}, must be true or false")


def words(name: str, default: Sequence[str]) -> list[str]:
    """A list separated by commas."""
    value = _read(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def words_among(name: str, default: Sequence[str], known: Sequence[str]) -> list[str]:
    """The same, each one of `known`."""
    given = words(name, default)
    if strange := [word for word in given if word not in known]:
        raise ConfigError(name, f"{strange[0]!r} is none of {', '.join(known)}.")
    return given


def folder(name: str, default: Path) -> Path:
    value = _read(name)
    path = Path(value).expanduser() if value else default
    if not path.is_absolute():
        raise ConfigError(name, f"is {value!r}, must be an absolute path")
    if path.exists() and not path.is_dir():
        raise ConfigError(name, f"is {value!r}, which is not a folder")
    return path


def origin(name: str, default: str) -> str:
    """Scheme, host and port people use to reach the site, such as https://photos.example.org, without a path."""
    value = _read(name) or default
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ConfigError(name, f"is {value!r}, must look like https://photos.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def foreign_origins(name: str) -> list[str]:
    """Origins as browsers name them, such as https://app.example.org, separated by commas; `*` for every one."""
    return [word if word == "*" else _foreign_origin(name, word) for word in words(name, [])]


def _foreign_origin(name: str, word: str) -> str:
    try:
        parts = urlsplit(word.lower())
        port = parts.port
    except ValueError:
        raise ConfigError(name, f"has {word!r}, must have origins such as https://app.example.org") from None
    origin = f"https://{host_of(word.lower())}" + (f":{port}" if port not in (None, 443) else "")
    is_plain = word.isascii() and bool(parts.hostname) and not set(word) & set("*, \t")
    if not is_plain or word.lower() not in (origin, f"{origin}:443"):
        raise ConfigError(name, f"has {word!r}, must have origins such as https://app.example.org")
    return origin


def host_of(origin: str) -> str:
    """The host of an origin as it stands in a Host header: IPv6 addresses in brackets, no port."""
    host = urlsplit(origin).hostname or ""
    return f"[{host}]" if ":" in host else host


def web_address(name: str) -> str:
    """An address that starts with http:// or https://, or "" when there is none."""
    value = _read(name) or ""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if value and not valid:
        raise ConfigError(name, f"is {value!r}, must start with http:// or https://")
    return value


def provider(prefix: str, name: str, server_url: str) -> dict[str, Any]:
    """What allauth has to know of the OpenID Connect provider at `server_url`; nothing where that is ""."""
    client, key = text(f"{prefix}_CLIENT_ID"), secret(f"{prefix}_CLIENT_SECRET", default="")
    if not server_url:
        return {}
    for part, value in (("CLIENT_ID", client), ("CLIENT_SECRET", key)):
        if not value:
            raise ConfigError(f"{prefix}_{part}", f"is needed with {prefix}_SERVER_URL")
    more = {"server_url": server_url, "oauth_pkce_enabled": True}
    app = {"provider_id": "oidc", "name": name, "client_id": client, "secret": key, "settings": more}
    return {"openid_connect": {"APPS": [app]}}


def secrets(name: str, *, min_length: int) -> list[str]:
    """Several secrets, separated by commas; none where nothing is said."""
    found = [word.strip() for word in secret(name, default="").split(",") if word.strip()]
    if any(len(word) < min_length for word in found):
        raise ConfigError(name, f"has one of less than {min_length} characters")
    return found


def connectors(name: str, keys: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Networks that people may connect, each with its id and secret as the variables of `keys` have them.

    Those with no variables in `keys` need none, and have "" and "".
    """
    found: dict[str, tuple[str, str]] = {}
    values = {network: _key_pair(*names) for network, names in keys.items()}
    for word in words(name, []):
        if word not in values:
            raise ConfigError(name, f"has {word!r}, must have some of {', '.join(values)}")
        for variable, value in zip(keys[word], values[word], strict=True):
            if variable and not value:
                raise ConfigError(variable, f"is needed with {word} in {name}")
        found[word] = values[word]
    return found


def _key_pair(identity: str, key: str) -> tuple[str, str]:
    return (text(identity) if identity else "", secret(key, default="") if key else "")


def time_zone(name: str, default: str) -> str:
    """A name of the time zone database, such as Europe/Lisbon."""
    value = _read(name) or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(name, f"is {value!r}, must be a time zone such as Europe/Lisbon") from None
    return value


def database(name: str) -> dict[str, Any]:
    """A Django database entry from postgresql://user:password@host:port/name; ?host= may name a socket folder."""
    value = secret(name)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ConfigError(name, f"is not an address: {error}") from None
    query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    database_name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres"):
        raise ConfigError(name, "must start with postgresql://; no other database is supported")
    if not database_name or "/" in database_name:
        raise ConfigError(name, "must end with one database name, as in postgresql://user:password@host:5432/instagram")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or (parts.hostname or ""),
        "PORT": query.pop("port", "") or (str(port) if port else ""),
        "OPTIONS": query,
    }


def redis(name: str, default: str | None = None) -> str:
    """An address of a Valkey or Redis database: redis://host:port/0, rediss:// or unix:///path/socket?db=0."""
    value = secret(name, default=default)
    try:
        parts = urlsplit(value)
        redis_database(value)
        valid = parts.scheme in ("redis", "rediss", "unix") and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or (parts.scheme == "unix" and not parts.path) or (parts.scheme != "unix" and not parts.hostname):
        raise ConfigError(name, "must look like redis://host:6379/0 or unix:///path/valkey.sock?db=0")
    return value


def redis_database(url: str) -> int:
    """The database number of a Redis address, 0 when it names none. ValueError when it is not a number."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return int(parse_qs(parts.query).get("db", ["0"])[-1])
    return int(parts.path.removeprefix("/") or "0")


def with_redis_database(url: str, number: int) -> str:
    """The same server as `url`, database `number`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.netloc}{parts.path}?db={number}"
    return urlunsplit((parts.scheme, parts.netloc, f"/{number}", parts.query, ""))


@dataclass(frozen=True)
class MailServer:
    """`address` is host, port, user and password; "" and "" where no log-in is needed."""

    address: tuple[str, int, str, str]
    starttls: bool
    ssl: bool


def mail(name: str) -> MailServer | None:
    """A mail server from smtp://user:password@host:587 (STARTTLS), smtps://… (TLS) or smtp+plain://…; None for none."""
    value = secret(name, default="")
    if not value:
        return None
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    try:
        parts = urlsplit(value)
        port = parts.port or ports.get(parts.scheme, 0)
    except ValueError as error:
        raise ConfigError(name, f"is not an address: {error}") from None
    if not port or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ConfigError(name, "must look like smtp://user:password@mail.example.org:587 or smtps://…")
    address = parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(address, starttls=parts.scheme == "smtp", ssl=parts.scheme == "smtps")


def vapid_key(name: str) -> str:
    """A private key as `manage.py create_push_keys` prints it: 32 bytes in base64url; "" for none."""
    value = secret(name, default="")
    try:
        number = int.from_bytes(urlsafe_b64decode(value + "=" * (-len(value) % 4)), "big")
    except ValueError:
        number = 0
    if value and (len(value) != 43 or not 0 < number < P256_ORDER):
        raise ConfigError(name, "is no key; manage.py create_push_keys makes one")
    return value


def vapid_subject(name: str, default: str) -> str:
    """How push services reach whoever runs the site: mailto:… or https://…"""
    value = _read(name) or default
    if not value.isascii() or not value.startswith(("mailto:", "https://")):
        raise ConfigError(name, f"is {value!r}, must start with mailto: or https://")
    return value


def mailbox(name: str) -> str:
    """A plain e-mail address, or "" for none."""
    value = _read(name) or ""
    if value and not MAILBOX.fullmatch(value):
        raise ConfigError(name, f"is {value!r}, must look like stop@photos.example.org")
    return value


def file(name: str) -> str:
    """The absolute path of a file that is there, or "" for none."""
    value = _read(name) or ""
    if value and not (value.startswith("/") and Path(value).is_file()):
        raise ConfigError(name, f"is {value!r}, must be the absolute path of a file")
    return value


def celery_broker(url: str) -> str:
    """The same address as Celery spells it: sockets are redis+socket:///path?virtual_host=N there."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    return f"redis+socket://{parts.path}?virtual_host={redis_database(url)}"
