"""Shows in the terminal what the site mails, as long as no mail server is named."""

import email
import email.policy
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from engines.progress import Console

KEPT = 200


@dataclass
class Mailbox:
    """A folder with one file a mail; those that are there at the beginning are known already."""

    folder: Path
    console: Console
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = {file.name for file in self._files()}

    def look(self) -> None:
        """Print what has come since the last look; only the newest KEPT files stay."""
        files = self._files()
        for file in files:
            if file.name not in self.known:
                self.known.add(file.name)
                self.console.say(_in_words(file))
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
            self.known.discard(file.name)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.log"))


def _in_words(file: Path) -> str:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = mail.get_body(preferencelist=("plain",))
    text = body.get_content() if body else ""
    return f"\n  Mail to {mail['To']}: {mail['Subject']}\n{textwrap.indent(text.strip(), '    ')}\n"
