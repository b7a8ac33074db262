from email.message import EmailMessage
from pathlib import Path

import pytest

from engines.mailbox import KEPT, Mailbox
from engines.progress import Console


def write_mail(folder: Path, name: str, text: str) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "alma@example.org", "Your code"
    mail.set_content(text)
    mail.add_alternative("<p>html</p>", subtype="html")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.log").write_bytes(mail.as_bytes() + b"\n" + b"-" * 79 + b"\n")


def test_mail_that_comes_is_shown_once_and_older_mail_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_mail(tmp_path / "mail", "1", "old")
    mailbox = Mailbox(tmp_path / "mail", Console())
    write_mail(tmp_path / "mail", "2", "The code is 123.\nGoodbye.")

    mailbox.look()
    mailbox.look()

    assert capsys.readouterr().out == (
        "\n  Mail to alma@example.org: Your code\n    The code is 123.\n    Goodbye.\n\n"
    )


def test_mailbox_of_a_folder_that_is_not_there_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Mailbox(tmp_path / "mail", Console()).look()

    assert capsys.readouterr().out == ""


def test_only_the_newest_mails_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mailbox = Mailbox(tmp_path / "mail", Console())
    for number in range(KEPT + 3):
        write_mail(tmp_path / "mail", f"{number:05}", "x")

    mailbox.look()

    assert [file.name for file in sorted((tmp_path / "mail").iterdir())][:1] == ["00003.log"]
