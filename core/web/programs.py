"""Which addresses are for programs: they are told everything in JSON, errors of any middleware included."""

VERSION_1 = "/rest/v1/"
OAUTH_CALLS = ("/oauth/token", "/oauth/revoke", "/.well-known/oauth-authorization-server")


def is_for_programs(path: str) -> bool:
    return path.startswith("/rest/") or path == "/rest" or is_oauth_call(path)


def is_oauth_call(path: str) -> bool:
    return path.removesuffix("/") in OAUTH_CALLS
