from django.http import HttpRequest


def next_page_url(request: HttpRequest, next_cursor: str, **fixed: str) -> str:
    """The address of the next page of the list shown, other parameters kept, `fixed` ones set; "" on the last page."""
    if not next_cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = next_cursor
    for name, value in fixed.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"
