"""The real Postgres and the real Valkey, started, killed and started again."""

import signal
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from engines.errors import Refusal
from engines.postgres import Postgres
from engines.supervisor import Part, Supervisor
from engines.valkey import Valkey

Environment = dict[str, str]


def run(engine: Postgres | Valkey, supervisor: Supervisor, environment: Environment) -> Part:
    engine.prepare()
    part = supervisor.add(Part.of(engine, environment))
    supervisor.wait_until(part, engine.is_ready, seconds=60)
    return part


def kill(part: Part) -> None:
    assert part.process is not None
    part.process.send_signal(signal.SIGKILL)
    part.process.wait()


def test_postgres_keeps_committed_rows_through_kill_9(
    postgres: Postgres, supervisor: Supervisor, environment: Environment
) -> None:
    postgres.settings.clear()
    part = run(postgres, supervisor, environment)
    postgres.create_database()
    postgres.query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")

    kill(part)
    part.launch()
    supervisor.wait_until(part, postgres.is_ready, seconds=60)

    assert postgres.query("SELECT n FROM kept") == "7"


def test_postgres_listens_on_a_socket_only_and_asks_for_the_password(
    postgres: Postgres, supervisor: Supervisor, environment: Environment
) -> None:
    run(postgres, supervisor, environment)
    postgres.create_database()

    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SHOW listen_addresses").fetchone()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url.replace("instagram:", "instagram:wrong"))

    assert found == ("",)
    assert (postgres.folder / "password").stat().st_mode & 0o777 == 0o600


def test_role_of_the_site_is_no_superuser_but_may_make_test_databases(
    postgres: Postgres, supervisor: Supervisor, environment: Environment
) -> None:
    run(postgres, supervisor, environment)

    postgres.create_database()
    postgres.create_database()

    rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert postgres.query(rights) == "f|t|f"
    assert postgres.query("SHOW server_version").startswith("18.")


def test_interrupted_initdb_is_thrown_away(postgres: Postgres) -> None:
    unfinished = postgres.folder / "data.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    made = postgres.prepare()

    assert (made, unfinished.exists(), (postgres.data / "PG_VERSION").read_text()) == (True, False, "18\n")


def test_data_of_another_postgres_is_refused_and_kept(postgres: Postgres) -> None:
    postgres.data.mkdir(parents=True)
    (postgres.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(Refusal, match="made by Postgres 16"):
        postgres.prepare()

    assert (postgres.data / "PG_VERSION").read_text() == "16\n"


def test_foreign_files_in_the_data_folder_are_refused_and_kept(postgres: Postgres) -> None:
    postgres.data.mkdir(parents=True)
    (postgres.data / "letters.txt").write_text("dear")

    with pytest.raises(Refusal, match="not a Postgres data folder"):
        postgres.prepare()

    assert (postgres.data / "letters.txt").read_text() == "dear"


def test_valkey_keeps_what_it_wrote_through_kill_9(
    valkey: Valkey, supervisor: Supervisor, environment: Environment
) -> None:
    part = run(valkey, supervisor, environment)
    with Redis.from_url(valkey.url) as client:
        client.set("kept", "7")
        wait_for_disk(client)

    kill(part)
    part.launch()
    supervisor.wait_until(part, valkey.is_ready, seconds=60)

    with Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"7"


def test_valkey_has_no_tcp_port_and_never_evicts(
    valkey: Valkey, supervisor: Supervisor, environment: Environment
) -> None:
    run(valkey, supervisor, environment)

    with Redis.from_url(valkey.url) as client:
        settings = client.config_get("port", "maxmemory-policy", "appendonly")

    assert settings == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}


def test_second_server_on_one_folder_ends_the_first(
    valkey: Valkey, supervisor: Supervisor, environment: Environment
) -> None:
    first = run(valkey, supervisor, environment)

    run(valkey, supervisor, environment)

    assert first.has_ended()


def wait_for_disk(client: "Redis") -> None:
    """The append-only file is synced every second."""
    deadline = time.monotonic() + 5
    while client.info("persistence")["aof_pending_bio_fsync"] and time.monotonic() < deadline:
        time.sleep(0.05)


def test_socket_path_with_spaces_and_quotes_works(
    state: Path, supervisor: Supervisor, environment: Environment
) -> None:
    sockets = state / "a 'b' \"c\" ä%41"
    sockets.mkdir(parents=True, mode=0o700)
    server = Valkey(state / "valkey", sockets, state / "valkey.log", durable=False)

    run(server, supervisor, environment)

    with Redis.from_url(server.url) as client:
        assert client.ping()
