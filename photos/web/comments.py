"""Reading what is said about a post: lists, one thread, histories, and what waits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.querysets import Viewer
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.listing import PeopleList, people_page
from core.paging import DEFAULT_LIMIT
from core.text import linkify
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from photos import conversations
from photos.access import get_comment_for, get_comment_of_post_for, get_post_for
from photos.cards import PostCard, post_cards
from photos.comment_cards import comment_card, thread_cards
from photos.models import Comment, Post
from photos.standings import may_comment, post_standing
from photos.web.forms import CommentForm

COMMENTS_PAGE = 20


def said_about(request: HttpRequest, post: Post) -> dict[str, Any]:
    """What a page shows of the comments of a post, from the cursor on; loaded with `get_post_for`. Two queries."""
    cursor = request.GET.get("cursor", "")
    page = conversations.comments_page(request.user, post.pk, cursor=cursor, limit=COMMENTS_PAGE)
    more_url = reverse("photos:comments", args=[post.pk])
    return {
        "threads": thread_cards(page.items, request.user),
        "next_url": f"{more_url}?cursor={page.next_cursor}" if page.next_cursor else "",
        "can_comment": may_comment(request.user, post, follows=post_standing(post, request.user).follows),
        "comment_form": CommentForm(),
    }


def comments_page(
    request: HttpRequest, post_id: int, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    """All comments of a post as a page of their own, or for htmx the next of them."""
    post = get_post_for(request.user, post_id)
    context = said_about(request, post)
    if wants_fragment(request):
        return render(request, "photos/_comments_page.html", context)
    context |= {"card": card_of(post, request.user)} | ({"comment_form": form} if form else {})
    return render(request, "photos/comments.html", context, status=status)


@require_safe
def thread(request: HttpRequest, post_id: int, comment_id: int) -> HttpResponse:
    """One comment with all replies to it; of a reply, the comment that it stands under."""
    found = get_comment_of_post_for(request.user, post_id, comment_id)
    top = found if found.parent_id is None else get_comment_for(request.user, found.parent_id)
    cursor = request.GET.get("cursor", "")
    page = conversations.replies_page(request.user, top, cursor=cursor, limit=COMMENTS_PAGE)
    context: dict[str, Any] = {
        "replies": [comment_card(reply.comment, request.user) for reply in page.items],
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_replies_page.html", context)
    context |= {"comment": comment_card(top, request.user), "card": card_of(post_of(request.user, top), request.user)}
    return render(request, "photos/comment_thread.html", context)


@require_safe
def menu(request: HttpRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    return render(request, "photos/comment_menu.html", {"comment": comment_card(comment, request.user)})


@require_safe
def likers(request: HttpRequest, post_id: int, comment_id: int) -> HttpResponse:
    get_comment_of_post_for(request.user, post_id, comment_id)
    cursor = request.GET.get("cursor", "")
    page = conversations.comment_likers_page(request.user, comment_id, cursor=cursor, limit=DEFAULT_LIMIT)
    return people_page(request, page, PeopleList(_("Comment liked by"), _("Nobody yet.")))


@require_safe
def history(request: HttpRequest, post_id: int, comment_id: int) -> HttpResponse:
    comment = get_comment_of_post_for(request.user, post_id, comment_id)
    cursor = request.GET.get("cursor", "")
    page = conversations.history_page(request.user, comment_id, cursor=cursor, limit=DEFAULT_LIMIT)
    context = {
        "comment": comment_card(comment, request.user),
        "versions": [(linkify(version.text), version.replaced_at) for version in page.items],
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "photos/comment_history.html", context)


@require_safe
@signed_in
def waiting(request: SignedInRequest) -> HttpResponse:
    page = conversations.waiting_page(request.user, cursor=request.GET.get("cursor", ""), limit=COMMENTS_PAGE)
    context = {
        "comments": [comment_card(comment, request.user) for comment in page.items],
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "photos/comments_waiting.html", context)


def post_of(viewer: Viewer, comment: Comment) -> Post:
    return get_post_for(viewer, comment.post_id)


def card_of(post: Post, viewer: Viewer) -> PostCard:
    return post_cards([post], viewer)[0]
