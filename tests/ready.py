"""Ready values in tests whose transaction never ends: their changes never lift the bars they set."""

from core.valkey import valkey, when_away


def lift_bars() -> None:
    """What every commit would have done by now: values may be made ready again."""
    when_away(_lift, None)


def _lift() -> None:
    for key in valkey().scan_iter("lease:*"):
        valkey().delete(key)
