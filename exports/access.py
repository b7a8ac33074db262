from accounts.models import User
from core.exceptions import NotFound
from exports.models import Export


def get_export_for(actor: User, export_id: int) -> Export:
    """An archive of everything that is `actor`'s own; else NotFound."""
    export = Export.objects.filter(owner=actor, pk=export_id, album=None).first()
    if export is None:
        raise NotFound
    return export


def get_ready_export_for(actor: User, export_id: int) -> Export:
    """As `get_export_for`, and it can be downloaded now."""
    export = get_export_for(actor, export_id)
    if export.state_now != Export.State.READY:
        raise NotFound
    return export


def latest_export_of(actor: User) -> Export | None:
    return Export.objects.filter(owner=actor, album=None).order_by("-pk").first()
