"""What a report, a case or a decision is about: a post, a comment, or a person as a whole."""

from dataclasses import dataclass

from accounts.models import User
from core.ids import to_code
from moderation.models import Case, Decision
from photos.models import Comment, Post

Kind = Case.Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """`person` is whom it concerns; None once the account is gone, as are `post` and `comment` once they are."""

    kind: str
    person: User | None
    post: Post | None = None
    comment: Comment | None = None

    @property
    def thing(self) -> User | Post | Comment | None:
        return {Kind.POST: self.post, Kind.COMMENT: self.comment}.get(Kind(self.kind), self.person)

    @property
    def label(self) -> str:
        """What it is called among staff; no word of it, as that may not be for all of them."""
        if self.thing is None or self.person is None:
            return ""
        if self.kind == Kind.PERSON:
            return f"@{self.person.username}"
        return f"{self.kind} {to_code(self.thing.pk)} by @{self.person.username}"

    @property
    def keys(self) -> dict[str, object]:
        """The columns of a case or a decision that point at it."""
        return {"kind": self.kind, "person": self.person, "post": self.post, "comment": self.comment}


def of_post(post: Post) -> Subject:
    return Subject(Kind.POST, post.author, post=post)


def of_comment(comment: Comment) -> Subject:
    return Subject(Kind.COMMENT, comment.author, comment=comment)


def of_person(person: User) -> Subject:
    return Subject(Kind.PERSON, person)


def subject_of(row: Case | Decision) -> Subject:
    """Of a row loaded with what it points at."""
    return Subject(row.kind, row.person, row.post, row.comment)
