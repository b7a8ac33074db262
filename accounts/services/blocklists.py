"""Asking the blocklists where something is written, and changing them."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.blocklists import find_domain, find_network, find_words, forget_lists, parse_address
from accounts.models import BlockedEmailDomain, BlockedNetwork, BlockedWord, User
from accounts.models.blocklists import WORD_LENGTH
from accounts.services.hits import note_hits
from accounts.signals import words_held
from accounts.word_lists import fold
from core.exceptions import FieldError, InvalidInput, NotAllowed

MOST_LINES = 20_000


class NetworkBlocked(NotAllowed):
    """Staff keep a whole network from this; it is not said which, or why."""

    code = "network_blocked"
    title = "This is not possible from your network"

    def __init__(self) -> None:
        super().__init__(
            _("The people who run this site do not take this from your network. If it is a mistake, write to them.")
        )


# --- Asking


def word_problems(scope: str, texts: Mapping[str, str]) -> tuple[list[FieldError], dict[int, str]]:
    """What is wrong with the texts, by the names of their fields, for listed words to refuse; and those to hold, by id.

    `scope` is one of `accounts.blocklists.SCOPES`. That they were met is counted.
    """
    problems, held, met = [], dict[int, str](), set[int]()
    for field, text in texts.items():
        found = find_words(scope, [text])
        met |= found.refused.keys() | found.held.keys()
        held |= found.held
        if found.refused:
            words = ", ".join(f"“{word}”" for word in sorted(found.refused.values()))
            problems.append(FieldError(field, "word_blocked", _("This cannot be used here: %s.") % words))
    note_hits(BlockedWord, met)
    return problems, held


def check_words(scope: str, texts: Mapping[str, str]) -> dict[int, str]:
    """As `word_problems`, with InvalidInput for words to refuse; returns those to hold."""
    problems, held = word_problems(scope, texts)
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return held


def tell_held(kind: str, object_id: int, held: Mapping[int, str]) -> None:
    """Call inside the transaction that keeps a post, profile or comment with words that staff want to look at."""
    if held:
        words_held.send(sender=None, kind=kind, object_id=object_id, words=sorted(held.values()))


def email_problems(email: str) -> list[FieldError]:
    """The same words for every way in."""
    entry = find_domain(email)
    if entry is None:
        return []
    note_hits(BlockedEmailDomain, [entry])
    return [FieldError("email", "email_refused", _("Addresses of this provider are not taken here. Use another one."))]


def check_network(address: str, action: str) -> None:
    """NetworkBlocked for an address of a listed network. `action` is one of BlockedNetwork.Scope."""
    entry = find_network(address, action)
    if entry is not None:
        note_hits(BlockedNetwork, [entry])
        raise NetworkBlocked


# --- Changing


def add_words(staff: User, lines: Sequence[str], **terms: Any) -> list[BlockedWord]:
    """Add each line as a word or phrase, with the fields of BlockedWord in `terms`; returns those that are new.

    InvalidInput for a line that cannot be, NotAllowed for who is not staff.
    """

    def read(line: str) -> dict[str, Any]:
        text = " ".join(line.split())
        folded = fold(text)
        if not folded or len(text) > WORD_LENGTH:
            raise InvalidInput.field("text", _("This is no word or phrase: %s") % text[:50], code="word_invalid")
        return {"text": text, "folded": folded[: 2 * WORD_LENGTH]}

    return _add(staff, BlockedWord, lines, read, terms)


def add_domains(staff: User, lines: Sequence[str], **terms: Any) -> list[BlockedEmailDomain]:
    """Add each line as a domain; a whole address stands for its domain."""
    return _add(staff, BlockedEmailDomain, lines, lambda line: {"domain": clean_domain(line)}, terms)


def add_networks(staff: User, lines: Sequence[str], *, own: str = "", **terms: Any) -> list[BlockedNetwork]:
    """Add each line as an address or network. InvalidInput also for one with `own` in it, from where staff ask."""
    return _add(staff, BlockedNetwork, lines, lambda line: {"network": clean_network(line, own=own)}, terms)


def change_entry(staff: User, entry: models.Model) -> None:
    """Save an entry that staff have changed, or added by hand."""
    _require_staff(staff)
    if isinstance(entry, BlockedWord):
        entry.folded = fold(entry.text)[: 2 * WORD_LENGTH]
    with transaction.atomic():
        entry.save()
        forget_lists()


def remove_entries(staff: User, entries: "models.QuerySet[Any]") -> int:
    """Take entries off their list; returns how many."""
    _require_staff(staff)
    with transaction.atomic():
        deleted, _rows = entries.delete()
        forget_lists()
    return deleted


def clean_domain(line: str) -> str:
    """InvalidInput for what is no domain."""
    domain = line.rpartition("@")[2].strip().strip(".").lower()
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if "." not in domain or len(domain) > 253 or not all(part.replace("-", "").isalnum() for part in domain.split(".")):
        raise InvalidInput.field("domain", _("This is no domain: %s") % line[:50], code="domain_invalid")
    return domain


def clean_network(line: str, *, own: str = "") -> str:
    """The network as it is kept; bits of a host are dropped. InvalidInput for what is none, and for `own`."""
    try:
        network = ip_network(line.strip(), strict=False)
    except ValueError as error:
        message = _("This is no address or network: %s") % line[:50]
        raise InvalidInput.field("network", message, code="network_invalid") from error
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= 96:
        network = ip_network((mapped, network.prefixlen - 96))
    if own and _has(network, own):
        raise InvalidInput.field("network", _("You are in this network yourself: %s") % network, code="network_own")
    return str(network)


def _has(network: Any, address: str) -> bool:
    parsed = parse_address(address)
    return parsed is not None and parsed.version == network.version and parsed in network


def _add(
    staff: User, table: Any, lines: Sequence[str], read: Callable[[str], dict[str, Any]], terms: Mapping[str, Any]
) -> list[Any]:
    """Lines that are empty, begin with # or stand there already are passed over."""
    _require_staff(staff)
    wanted = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    if len(wanted) > MOST_LINES:
        raise InvalidInput(_("%d lines at most.") % MOST_LINES, code="too_many")
    known = {tuple(values.values())[-1]: values for values in map(read, wanted)}
    column = {BlockedWord: "folded", BlockedEmailDomain: "domain", BlockedNetwork: "network"}[table]
    with transaction.atomic():
        there = set(table.objects.filter(**{f"{column}__in": list(known)}).values_list(column, flat=True))
        rows = [table(**values, **terms, added_by=staff) for key, values in known.items() if key not in there]
        made: list[Any] = table.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
        forget_lists()
    return made


def _require_staff(staff: User) -> None:
    if not (staff.is_staff and staff.is_active):
        raise NotAllowed
