import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessToken, User
from accounts.services.tokens import find_token


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue()


def test_command_prints_a_token_that_works(alma: User) -> None:
    printed = run("Alma", "--scope", "read", "--scope", "write", "--name", "laptop")

    token = find_token(printed.strip())
    assert token is not None
    assert (token.user, token.known.name, token.scopes) == (alma, "laptop", ["read", "write"])


def test_command_without_a_scope_makes_a_token_that_reads(alma: User) -> None:
    run("alma")

    assert AccessToken.objects.get().scopes == ["read"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nobody"], "There is no active account named 'nobody'."),
        (["closed"], "There is no active account named 'closed'."),
        (["alma", "--scope", "admin"], "invalid choice: 'admin'"),
        ([], "the following arguments are required: username"),
    ],
)
def test_command_with_something_wrong_says_what_and_makes_nothing(
    alma: User, boris: User, arguments: list[str], problem: str
) -> None:
    User.objects.filter(pk=boris.pk).update(username="closed", is_active=False)

    with pytest.raises(CommandError, match=problem):
        run(*arguments)

    assert AccessToken.objects.count() == 0
