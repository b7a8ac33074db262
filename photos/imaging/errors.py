"""What can be wrong with a file, in words for people and a code for programs."""


class UnreadableImage(Exception):
    """The bytes cannot be read as the picture they claim to be. `code` for programs, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def damaged() -> UnreadableImage:
    return UnreadableImage("damaged", "The file is damaged and cannot be read as a picture.")


def too_complex(detail: str) -> UnreadableImage:
    return UnreadableImage("too_complex", detail)
