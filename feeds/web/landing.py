"""What the home page is for people without a session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from photos.cards import square_url
from photos.selectors import first_squares, recent_public_ids
from photos.web.walls import public_tiles

WALL = 30
ROLL = 3  # pictures on the strip of film above the wall


def show_landing(request: HttpRequest) -> HttpResponse:
    ids = recent_public_ids(request.user, WALL)
    squares = [square_url(square) for square in first_squares(ids[:ROLL])]
    context = {"tiles": public_tiles(request.user, ids, eager=True), "roll": squares if len(squares) == ROLL else []}
    return render(request, "feeds/landing.html", context)
