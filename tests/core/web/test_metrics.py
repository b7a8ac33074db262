import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from tests.away import queue_away


def figures(client: Client) -> dict[str, float]:
    """Every figure of a scrape by name and labels, as Prometheus reads them."""
    response = client.get("/metrics")
    assert response.status_code == 200, response.status_code
    return {
        f"{sample.name}{''.join(f'[{value}]' for value in sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


@pytest.mark.django_db
def test_metrics_are_text_that_prometheus_reads(client: Client) -> None:
    response = client.get("/metrics")

    assert response["Content-Type"].startswith("text/plain; version=")
    assert response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response
    assert figures(client)["contact_sheet_up[postgres]"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.4", "::1", "fd12:3456::1", "::ffff:10.0.0.1"],
)
def test_metrics_are_for_the_local_network(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.1",
        "8.8.8.8",
        "172.32.0.1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
        "169.254.1.1",
        "",
        "unknown",
        "10.0.0.1, 8",
    ],
)
def test_metrics_are_missing_for_everybody_else(client: Client, address: str) -> None:
    response = client.get("/metrics", REMOTE_ADDR=address)

    assert (response.status_code, b"contact_sheet" in response.content) == (404, False)


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "10.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Real-IP": "10.0.0.1"},
        {"Forwarded": "for=x"},
    ],
    ids=str,
)
def test_metrics_are_missing_for_whom_a_proxy_passes_on(
    client: Client, settings: Settings, headers: dict[str, str], proxies: int
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies

    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
def test_metrics_are_answered_by_address_and_without_https(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["photos.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/metrics", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_metrics_are_only_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
def test_metrics_with_the_broker_away_say_so_and_tell_the_rest(client: Client) -> None:
    with queue_away():
        found = figures(client)

    assert (found["contact_sheet_up[broker]"], found["contact_sheet_up[postgres]"]) == (0, 1)
    assert "contact_sheet_queue_tasks[media]" not in found
    assert found["contact_sheet_outbox_tasks"] == 0
