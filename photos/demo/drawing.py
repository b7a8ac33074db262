"""One picture of the demo as a file. Knows nothing of Django, so that processes of a pool start quickly."""

from dataclasses import dataclass
from datetime import datetime

from photos.demo.encode import Camera, encode
from photos.demo.scenes import draw


@dataclass(frozen=True)
class Drawing:
    """What to draw; sizes in pixels."""

    scene: str
    seed: int
    width: int
    height: int
    camera: Camera | None = None
    taken_at: datetime | None = None


def draw_file(drawing: Drawing) -> bytes:
    """The drawing as a JPEG file."""
    image = draw(drawing.scene, seed=drawing.seed, width=drawing.width, height=drawing.height)
    return encode(image, camera=drawing.camera, taken_at=drawing.taken_at)
