"""Path converters of share links and of kinds of QR codes."""

from django.urls import register_converter

from sharing.models.links import CODE_LENGTH
from sharing.qr import KINDS


class LinkCodeConverter:
    """What can be the code of a share link: drawn at random, or a chosen name in any case."""

    regex = f"[0-9A-Za-z-]{{4,{CODE_LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class QrKindConverter:
    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LinkCodeConverter, "linkcode")
register_converter(QrKindConverter, "qrkind")
