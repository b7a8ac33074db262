"""Whether words, addresses of e-mail and networks stand in the lists of staff. Each question is one trip to Valkey."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from accounts.models import BlockedEmailDomain, BlockedNetwork, BlockedWord
from accounts.word_lists import Listed, WordList
from core.kept import Kept

SCOPES = ("names", "bios", "posts", "comments")
Scope = BlockedNetwork.Scope
# What a network in a list of each scope may not do.
WIDER: Mapping[str, frozenset[str]] = {
    Scope.SIGN_UP: frozenset({Scope.SIGN_UP}),
    Scope.ENTRANCE: frozenset({Scope.SIGN_UP, Scope.ENTRANCE}),
    Scope.WRITES: frozenset(Scope.values),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Words that were met: their ids, those to refuse and those to hold."""

    refused: Mapping[int, str]
    held: Mapping[int, str]


class Networks:
    """Networks of both kinds by their length, so that an address is looked up a few times, however many there are."""

    def __init__(self, rows: Iterable[tuple[int, str, str]]) -> None:
        self._by_length: dict[tuple[int, int], dict[int, tuple[int, str]]] = {}
        for key, text, scope in rows:
            network = ip_network(text)
            of_length = self._by_length.setdefault((network.version, network.prefixlen), {})
            of_length[int(network.network_address)] = key, scope

    def find(self, address: str, action: str) -> int | None:
        """The id of an entry that keeps this address from that; None also for what is no address."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        bits, number = parsed.max_prefixlen, int(parsed)
        for (version, length), known in self._by_length.items():
            if version == parsed.version:
                entry = known.get(number >> (bits - length) << (bits - length))
                if entry is not None and action in WIDER[entry[1]]:
                    return entry[0]
        return None


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address of version 4 written as one of version 6 is the one of version 4."""
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def domain_of(email: str) -> str:
    """The domain of an address as the list has it: lower case, in ASCII, without a dot at its end; "" for none."""
    domain = email.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def find_words(scope: str, texts: Iterable[str]) -> Found:
    """The listed words of one of SCOPES in these texts."""
    lists = _words.get()
    keys = {key for text in texts for key in lists.of_scope[scope].find(text)}
    refused = {key: lists.texts[key] for key in keys if key in lists.refused}
    return Found(refused, {key: lists.texts[key] for key in keys - refused.keys()})


def find_domain(email: str) -> int | None:
    """The id of the entry that the domain of this address stands under."""
    known, domain = _domains.get(), domain_of(email)
    while domain:
        if domain in known:
            return known[domain]
        domain = domain.partition(".")[2]
    return None


def find_network(address: str, action: str) -> int | None:
    """The id of the entry that keeps this network address from an action, one of BlockedNetwork.Scope."""
    return _networks.get().find(address, action)


def forget_lists() -> None:
    """Call inside the transaction that changes one of the lists."""
    for kept in (_words, _domains, _networks):
        kept.forget()


@dataclass(frozen=True, slots=True)
class _Words:
    texts: Mapping[int, str]
    refused: frozenset[int]
    of_scope: Mapping[str, WordList]


def _make_words(found: Iterable[BlockedWord]) -> _Words:
    rows = list(found)
    return _Words(
        {row.pk: row.text for row in rows},
        frozenset(row.pk for row in rows if row.action == BlockedWord.Action.REFUSE),
        {
            scope: WordList(Listed(row.pk, row.folded, row.inside) for row in rows if getattr(row, f"in_{scope}"))
            for scope in SCOPES
        },
    )


def _make_domains(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(rows)


_words = Kept(b"blocklist:words", BlockedWord.objects.defer("reason").all, _make_words)
_domains = Kept(b"blocklist:domains", lambda: BlockedEmailDomain.objects.values_list("domain", "pk"), _make_domains)
_networks = Kept(b"blocklist:networks", lambda: BlockedNetwork.objects.values_list("pk", "network", "scope"), Networks)
