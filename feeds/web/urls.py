from django.urls import path

import core.converters  # noqa: F401  registers <username:...> and <code:...>
from feeds.web import albums, atom, engines, explore, offers, people, pill, search, views, why

app_name = "feeds"

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", engines.robots, name="robots"),
    path("sitemap.xml", engines.sitemaps, name="sitemaps"),
    path("sitemap-<slug:kind>-<id:first_id>.xml", engines.sitemap, name="sitemap"),
    path("explore/", explore.explore, name="explore"),
    path("search/", search.search, name="search"),
    path("search/offers/", offers.offers, name="search-offers"),
    path("people/", people.suggested, name="people"),
    path("new-posts/", pill.new_posts, name="new-posts"),
    path("p/<code:post_id>/why/", why.why, name="post-why"),
    path("@<username:username>/", views.profile, name="profile"),
    path("@<username:username>/albums/", albums.albums, name="albums"),
    path("@<username:username>/tagged/", views.tagged, name="tagged"),
    path("@<username:username>/feed.atom", atom.atom, name="atom"),
]
