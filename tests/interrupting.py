"""Ctrl-C at a moment that a test chooses."""

from io import StringIO


class InterruptedOutput(StringIO):
    """Somebody presses Ctrl-C as soon as something is written here."""

    def write(self, text: str) -> int:
        raise KeyboardInterrupt
