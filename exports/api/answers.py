"""What calls about archives answer, for the schema."""

from rest_framework import serializers

from core.api.calls import Answer, id_text
from exports.models import Export as ExportRow


class Progress(Answer):
    """Photos and videos that are in the archive, of those that are to be."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()

    example = {"done": 120, "total": 120}


class Export(Answer):
    id = id_text()
    state = serializers.ChoiceField(ExportRow.State.values)
    progress = Progress()
    bytes = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    download_url = serializers.URLField(allow_null=True, help_text="Null until it is ready and once it is over.")

    example = {
        "id": "7234567890123456799",
        "state": "ready",
        "progress": Progress.example,
        "bytes": 412883021,
        "created_at": "2026-03-02T05:10:00.000Z",
        "expires_at": "2026-03-03T05:31:00.000Z",
        "download_url": "https://photos.example.org/rest/v1/exports/7234567890123456799/archive",
    }
