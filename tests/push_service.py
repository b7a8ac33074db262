"""A push service of the tests on the loopback, and browsers that it delivers to: they check and open what comes."""

import base64
import json
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from typing import Any, cast

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from pytest_django import Settings

PRIVATE_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"  # of the site, in tests


@dataclass
class Answer:
    """What the service says; `raw` is sent as it is instead, `slow` waits for seconds before anything."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    slow: float = 0


class Device:
    """A browser that has subscribed: it alone can read what is sent to `endpoint`."""

    def __init__(self, service: "PushService") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)
        self.name = secrets.token_urlsafe(12)
        self.endpoint = f"{service.origin}/push/{self.name}"
        self.service = service

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": encode(point(self.key)), "auth": encode(self.secret)}

    @property
    def pushes(self) -> list[dict[str, str]]:
        """The headers of what was sent here."""
        return [headers for name, headers, _ in self.service.taken if name == self.name]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was sent here, opened; each proved to come from the site, and sealed as RFC 8291 says."""
        sent = [(headers, body) for name, headers, body in self.service.taken if name == self.name]
        return [self._open(headers, body) for headers, body in sent]

    def _open(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        check_sender(headers["authorization"], self.service.origin)
        assert (headers["content-encoding"], headers["content-length"]) == ("aes128gcm", str(len(body)))
        return cast(dict[str, Any], json.loads(open_sealed(body, self.key, self.secret)))


def check_sender(header: str, origin: str) -> None:
    """As a push service checks it: RFC 8292."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    claims = jwt.decode(
        parts["t"], key, algorithms=["ES256"], audience=origin, options={"require": ["exp", "aud", "sub"]}
    )
    assert (scheme, parts["k"]) == ("vapid", encode(point(site_key())))
    assert claims["sub"].startswith(("mailto:", "https://"))
    assert 0 < claims["exp"] - time.time() < 24 * 3600


def open_sealed(body: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """Opens one record of `aes128gcm`, by HMACs alone, so that no code is shared with what is tested."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size <= 4096
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    first = _hmac(_hmac(secret, shared), b"WebPush: info\x00" + point(key) + sender + b"\x01")
    root = _hmac(salt, first)
    cipher = AESGCM(_hmac(root, b"Content-Encoding: aes128gcm\x00\x01")[:16])
    opened = cipher.decrypt(_hmac(root, b"Content-Encoding: nonce\x00\x01")[:12], sealed, None).rstrip(b"\x00")
    assert opened.endswith(b"\x02")
    return opened[:-1]


class PushService(ThreadingHTTPServer):
    """`taken` has the name, headers and body of each push; `answers` what is said to the next ones, then `answer`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        certificate, _ = certificates()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[Answer] = []
        self.answer = Answer()

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Of clients that hang up."""


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server = cast(PushService, self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.taken.append((self.path.rpartition("/")[2], headers, body))
        answer = server.answers.pop(0) if server.answers else server.answer
        time.sleep(answer.slow)
        if answer.raw:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": "0", **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def push_service(settings: Settings) -> Iterator[PushService]:
    """A service that the site may send to, with push switched on."""
    with running_service() as server:
        settings.VAPID_PRIVATE_KEY = PRIVATE_KEY
        settings.PUSH_ALLOWED_HOSTS = frozenset({f"localhost:{server.server_port}"})
        settings.PUSH_CA_FILE = certificates()[1]
        yield server


@contextmanager
def running_service() -> Iterator[PushService]:
    with PushService() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def push_environment() -> dict[str, str]:
    """The variables of a site that may send to any service of the tests."""
    return {
        "VAPID_PRIVATE_KEY": PRIVATE_KEY,
        "VAPID_SUBJECT": "mailto:staff@example.org",
        "PUSH_ALLOWED_HOSTS": "localhost",
        "PUSH_CA_FILE": certificates()[1],
    }


@cache
def certificates() -> tuple[str, str]:
    """Files: the key and certificate of a server on the loopback, and who has signed it."""
    folder = Path(mkdtemp())
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).add_extension(hosts, critical=False)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=400))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + signed)
    (folder / "ca.pem").write_bytes(signed)
    return str(folder / "server.pem"), str(folder / "ca.pem")


def site_key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(PRIVATE_KEY)), ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    encoding, shape = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(encoding, shape)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hmac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()
