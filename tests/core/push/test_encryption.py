import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from core.push.encryption import BLOCK, MOST, encrypt, from_base64url, public_key, seal, to_base64url
from tests.push_service import open_sealed, point

# RFC 8291, section 5 and appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(text)), ec.SECP256R1())


def test_message_of_the_standard_is_sealed_as_the_standard_has_it() -> None:
    sealed = seal(PLAIN + b"\x02", from_base64url(P256DH), from_base64url(AUTH), key_of(SENDER), from_base64url(SALT))

    assert to_base64url(sealed) == BODY


def test_browser_of_the_tests_opens_the_message_of_the_standard() -> None:
    opened = open_sealed(from_base64url(BODY), key_of(RECEIVER), from_base64url(AUTH))

    assert opened == PLAIN


@pytest.mark.parametrize("length", [0, 1, BLOCK - 1, BLOCK, MOST - 1, MOST])
def test_message_of_any_length_is_opened_by_its_browser_alone(length: int) -> None:
    browser = ec.generate_private_key(ec.SECP256R1())

    sealed = encrypt(b"x" * length, p256dh=point(browser), auth=b"a" * 16)

    assert open_sealed(sealed, browser, b"a" * 16) == b"x" * length
    assert len(sealed) <= 4096


def test_messages_of_unlike_lengths_are_alike_outside() -> None:
    browser = point(ec.generate_private_key(ec.SECP256R1()))

    lengths = {len(encrypt(b"x" * length, p256dh=browser, auth=b"a" * 16)) for length in (1, 80, 300)}

    assert len(lengths) == 1


def test_longer_message_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="long"):
        encrypt(b"x" * (MOST + 1), p256dh=from_base64url(P256DH), auth=b"a" * 16)


@pytest.mark.parametrize("data", [b"", b"\x04" * 65, b"\x00" * 65, b"\x04" + b"\x00" * 64, from_base64url(P256DH)[:64]])
def test_bytes_that_are_no_point_are_no_key(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  cryptography has its own words
        public_key(data)


@pytest.mark.parametrize("text", ["%%%%", "é", "A", "AB\n", "QQ==QQ"])
def test_text_that_is_no_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_base64url(text)
