from django.db import models

from accounts.models.blocklists import Entry


class BlockedImage(Entry):
    """A picture that is not taken here, nor what looks like it; nothing is kept of it but the likeness."""

    likeness = models.BigIntegerField(
        unique=True, editable=False, help_text="As `photos.imaging.likeness` has it, with a sign."
    )
    distance = models.PositiveSmallIntegerField(
        default=10, help_text="How many of 64 bits may differ: 0 the same picture, 10 also one cut or toned a little."
    )
    media_id = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="The media of which it was taken, whether it is there or not."
    )

    def __str__(self) -> str:
        return f"picture {self.likeness & 0xFFFF_FFFF_FFFF_FFFF:016x}"
