from django.http import HttpRequest


def next_page_url(request: HttpRequest, next_cursor: str) -> str:
    """The address of the next page of the list shown, other parameters kept; "" on the last page."""
    if not next_cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = next_cursor
    return f"{request.path}?{query.urlencode()}"
