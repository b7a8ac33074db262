import os
from collections.abc import Callable
from pathlib import Path

import pytest

from instagram import env
from instagram.env import ConfigError

NAME = "SOME_NAME"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (NAME, f"{NAME}_FILE"):
        monkeypatch.setenv(name, "")


def problem_of(read: Callable[[], object]) -> str:
    with pytest.raises(ConfigError) as refused:
        read()
    assert refused.value.code == str(refused.value)
    return str(refused.value)


READERS: dict[str, Callable[[], object]] = {
    "boolean": lambda: env.boolean(NAME, False),
    "integer": lambda: env.integer(NAME, 5, minimum=1, maximum=9),
    "decimal": lambda: env.decimal(NAME, 0.5, minimum=0, maximum=2.5),
    "choice": lambda: env.text(NAME, "INFO", choices=("INFO", "ERROR")),
    "folder": lambda: env.folder(NAME, Path("/srv")),
    "origin": lambda: env.origin(NAME, "http://localhost:8000"),
    "web address": lambda: env.web_address(NAME),
    "foreign origins": lambda: env.foreign_origins(NAME),
    "time zone": lambda: env.time_zone(NAME, "UTC"),
    "database": lambda: env.database(NAME),
    "redis": lambda: env.redis(NAME),
    "secret": lambda: env.secret(NAME, min_length=8),
}


@pytest.mark.parametrize(
    ("reader", "value", "problem"),
    [
        ("boolean", "maybe", "is 'maybe', must be true or false"),
        ("boolean", "2", "is '2', must be true or false"),
        ("integer", "ten", "is 'ten', must be a whole number"),
        ("integer", "1.5", "is '1.5', must be a whole number"),
        ("integer", "0", "is 0, must be between 1 and 9"),
        ("integer", "10", "is 10, must be between 1 and 9"),
        ("decimal", "half", "is 'half', must be a number such as 0.5"),
        ("decimal", "-0.1", "is -0.1, must be between 0 and 2.5"),
        ("decimal", "2.6", "is 2.6, must be between 0 and 2.5"),
        ("decimal", "nan", "is nan, must be between 0 and 2.5"),
        ("choice", "info", "is 'info', must be one of INFO, ERROR"),
        ("folder", "relative/path", "is 'relative/path', must be an absolute path"),
        ("folder", __file__, f"is {__file__!r}, which is not a folder"),
        ("web address", "s3.example.org", "is 's3.example.org', must start with http:// or https://"),
        ("web address", "https://", "is 'https://', must start with http:// or https://"),
        ("time zone", "Mars/Base", "is 'Mars/Base', must be a time zone such as Europe/Lisbon"),
        ("time zone", "../etc/passwd", "is '../etc/passwd', must be a time zone such as Europe/Lisbon"),
        ("secret", "short", "has 5 characters, needs at least 8"),
        ("secret", "", "is not set"),
        ("database", "", "is not set"),
        ("redis", "", "is not set"),
    ],
)
def test_wrong_value_ends_the_program_and_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, reader: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(NAME, value)

    assert problem_of(READERS[reader]) == f"{NAME}: {problem} (see .env.example)"


@pytest.mark.parametrize(
    "value",
    [
        "photos.example.org",
        "ftp://photos.example.org",
        "https://",
        "https://photos.example.org/path",
        "https://photos.example.org?x=1",
        "https://photos.example.org#x",
        "https://user@photos.example.org",
        "https://photos.example.org:99999",
        "https://photos.example.org:port",
        "https://[::1",
    ],
)
def test_origin_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    assert problem_of(READERS["origin"]).startswith(f"{NAME}: is {value!r}, must look like https://")


@pytest.mark.parametrize(
    "word",
    [
        "http://app.example.org",
        "app.example.org",
        "https://",
        "https://app.example.org/",
        "https://app.example.org/path",
        "https://app.example.org?x",
        "https://app.example.org:0x",
        "https://app.example.org:99999",
        "https://me@app.example.org",
        "https://*.example.org",
        "https://äpp.example.org",
        "https://app.example.org https://b.example",
        "null",
    ],
)
def test_what_is_no_origin_of_https_is_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(NAME, f"https://good.example.org, {word}")

    assert problem_of(READERS["foreign origins"]).startswith(f"{NAME}: has {word!r}, must have origins such as")


def test_origins_are_read_as_browsers_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        NAME, "https://App.example.org, https://b.example:8443, https://c.example:443,https://[::1]:1, *,"
    )

    assert READERS["foreign origins"]() == [
        "https://app.example.org",
        "https://b.example:8443",
        "https://c.example",
        "https://[::1]:1",
        "*",
    ]


@pytest.mark.parametrize(
    "value",
    [
        "mysql://u:p@h/n",
        "sqlite:///x",
        "postgresql://u:p@h:port/n",
        "postgresql://u:p@h",
        "postgresql://u:p@h/a/b",
        "x",
        "//",
    ],
)
def test_database_address_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)

    problem = problem_of(READERS["database"])

    assert problem.startswith(f"{NAME}: ")
    assert "u:p@" not in problem


@pytest.mark.parametrize(
    "value",
    ["http://h", "redis://", "redis://h:port/0", "redis://h/first", "unix://", "unix:///s?db=x", "redis://[::1"],
)
def test_valkey_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    assert problem_of(READERS["redis"]).startswith(f"{NAME}: must look like redis://")


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        ("boolean", "", False),
        ("boolean", " Yes ", True),
        ("boolean", "OFF", False),
        ("integer", "", 5),
        ("integer", " 9 ", 9),
        ("decimal", "", 0.5),
        ("decimal", " 2.5 ", 2.5),
        ("decimal", "1", 1.0),
        ("choice", "", "INFO"),
        ("choice", "ERROR", "ERROR"),
        ("folder", "", Path("/srv")),
        ("folder", "/no/such/folder", Path("/no/such/folder")),
        ("origin", "", "http://localhost:8000"),
        ("origin", "https://photos.example.org/", "https://photos.example.org"),
        ("origin", "http://[::1]:8000", "http://[::1]:8000"),
        ("web address", "", ""),
        ("web address", "https://s3.example.org/path", "https://s3.example.org/path"),
        ("time zone", "", "UTC"),
        ("time zone", "Europe/Lisbon", "Europe/Lisbon"),
        ("redis", "rediss://:pw@h:6380/3", "rediss://:pw@h:6380/3"),
        ("redis", "unix:///run/valkey.sock?db=2", "unix:///run/valkey.sock?db=2"),
        ("secret", "long enough", "long enough"),
    ],
)
def test_right_value_is_read(monkeypatch: pytest.MonkeyPatch, reader: str, value: str, read: object) -> None:
    monkeypatch.setenv(NAME, value)

    assert READERS[reader]() == read


@pytest.mark.parametrize(("value", "words"), [("", ["own"]), ("a", ["a"]), (" a, b ,,c ", ["a", "b", "c"])])
def test_list_is_read_by_its_commas(monkeypatch: pytest.MonkeyPatch, value: str, words: list[str]) -> None:
    monkeypatch.setenv(NAME, value)

    assert env.words(NAME, ["own"]) == words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgresql://u:p%40ss@h:5433/n", {"NAME": "n", "USER": "u", "PASSWORD": "p@ss", "HOST": "h", "PORT": "5433"}),
        ("postgres:///n?host=%2Frun%2Fpg&port=5", {"NAME": "n", "HOST": "/run/pg", "PORT": "5", "USER": ""}),
        ("postgresql:///n?user=u&sslmode=require", {"USER": "u", "OPTIONS": {"sslmode": "require"}, "HOST": ""}),
    ],
)
def test_database_address_is_taken_apart(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: dict[str, object]
) -> None:
    monkeypatch.setenv(NAME, value)

    read = env.database(NAME)

    assert {name: read[name] for name in expected} == expected


def test_secret_is_read_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  from a file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    assert env.secret(NAME, min_length=8) == "from a file"


def test_secret_itself_goes_before_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv(NAME, "from the environment")

    assert env.secret(NAME) == "from the environment"


def test_secret_in_a_file_that_is_missing_names_the_file_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", "/no/such/file")

    assert problem_of(READERS["secret"]).startswith(f"{NAME}_FILE: cannot be read: ")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"short"])
def test_secret_in_a_file_that_is_wrong_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "secret").write_bytes(data)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    assert problem_of(READERS["secret"]).startswith(NAME)


def test_secret_with_a_default_may_be_missing() -> None:
    assert env.secret(NAME, default="dull") == "dull"


def test_variable_that_is_read_is_remembered_by_name() -> None:
    env.text("NEVER_ASKED_BEFORE")

    assert "NEVER_ASKED_BEFORE" in env.READ
    env.READ.remove("NEVER_ASKED_BEFORE")


def load(tmp_path: Path, text: str) -> None:
    (tmp_path / ".env").write_text(text)
    env.load_dotenv(tmp_path / ".env")


@pytest.fixture
def no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME)


@pytest.mark.usefixtures("no_name")
@pytest.mark.parametrize(
    ("line", "value"),
    [
        (f"{NAME}=plain", "plain"),
        (f"  {NAME} =  spaced  ", "spaced"),
        (f"export {NAME}=exported", "exported"),
        (f"{NAME}='single # \"quoted'", 'single # "quoted'),
        (f'{NAME}=" kept "', " kept "),
        (f"{NAME}='", "'"),
        (f"{NAME}=a=b==", "a=b=="),
        (f"{NAME}=", ""),
        (f"# comment\n\n{NAME}=after\r\n", "after"),
        (f"{NAME}=first\n{NAME}=second", "first"),
    ],
)
def test_line_of_the_env_file_is_put_into_the_environment(tmp_path: Path, line: str, value: str) -> None:
    load(tmp_path, line)

    assert os.environ[NAME] == value


def test_real_environment_goes_before_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "real")

    load(tmp_path, f"{NAME}=written")

    assert os.environ[NAME] == "real"


@pytest.mark.usefixtures("no_name")
@pytest.mark.parametrize("line", ["no equals sign", "9LIVES=x", "A B=x", "=x"])
def test_line_of_the_env_file_that_is_wrong_names_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=r"\.env line 2: is not NAME=value"):
        load(tmp_path, f"# first\n{line}\n")


def test_env_file_that_is_missing_is_fine(tmp_path: Path) -> None:
    before = dict(os.environ)

    env.load_dotenv(tmp_path / ".env")

    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("url", "number", "moved"),
    [
        ("redis://h:6379/0", 3, "redis://h:6379/3"),
        ("redis://:pw@h", 1, "redis://:pw@h/1"),
        ("unix:///run/v.sock?db=0", 5, "unix:///run/v.sock?db=5"),
        ("unix:///run/v.sock", 2, "unix:///run/v.sock?db=2"),
    ],
)
def test_valkey_address_is_moved_to_another_database(url: str, number: int, moved: str) -> None:
    assert env.with_redis_database(url, number) == moved
    assert env.redis_database(moved) == number


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://h:6379/1", "redis://h:6379/1"),
        ("unix:///run/v.sock?db=1", "redis+socket:///run/v.sock?virtual_host=1"),
    ],
)
def test_address_of_the_queue_is_spelled_as_celery_spells_it(url: str, broker: str) -> None:
    assert env.celery_broker(url) == broker


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://photos.example.org", "photos.example.org"),
        ("http://localhost:8000", "localhost"),
        ("http://[fe80::1]:8000", "[fe80::1]"),
        ("http://[::1]", "[::1]"),
    ],
)
def test_host_of_an_origin_is_what_stands_in_a_host_header(origin: str, host: str) -> None:
    assert env.host_of(origin) == host
