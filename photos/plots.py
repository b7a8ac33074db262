"""What the dashboard tells of uploads and of how files are kept."""

from core.dashboard import Page, Panel, Plot, Tile, add_panel, add_plots, add_tiles
from photos.models import StorageAlarm
from photos.overview import read_keeping

KINDS = [kind.value for kind in StorageAlarm.Kind]
MEDIA = Page("photos_media", "photos.view_media")
FAILED = Page("photos_media", "photos.view_media", "state__exact=failed")
ALARMS = Page("photos_storagealarm", "photos.view_storagealarm", "state=open")


def connect() -> None:
    add_tiles(
        Tile(
            "Uploads within a day",
            [f"media_last_day/{state}" for state in ("received", "processing", "ready", "failed")],
            place=10,
            page=MEDIA,
        ),
        Tile("Media not developed yet", ["media_waiting/received", "media_waiting/processing"], place=12, page=MEDIA),
        Tile("Failed within a day", ["media_last_day/failed"], place=60, alarm=0, page=FAILED),
        Tile("Storage alarms", [f"storage_alarms/{kind}" for kind in KINDS], place=70, alarm=0, page=ALARMS),
    )
    add_plots(
        Plot("Uploads", "Photos and videos that came in.", [("Uploads", "uploads")], place=10, bars=True, page=MEDIA),
        Plot(
            "Stored bytes",
            "Originals once, however many copies there are, and renditions; looked at once an hour.",
            [("Originals", "bytes/originals"), ("Renditions", "bytes/renditions")],
            place=40,
            unit="bytes",
        ),
        Plot(
            "Failures",
            "Media of the 24 hours before that could not be developed, and open alarms about stored files.",
            [
                ("Failed media", "media_last_day/failed"),
                *((f"Alarms: {kind}", f"storage_alarms/{kind}") for kind in KINDS),
            ],
            place=70,
            page=FAILED,
        ),
    )
    add_panel(Panel("admin/photos/_keeping.html", read_keeping, "photos.view_media"))
