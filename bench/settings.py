"""The product's settings, with the floor's address added and without a limit that is reached in seconds under load."""

from instagram.settings import *  # noqa: F403
from instagram.settings import RATE_LIMITS

ROOT_URLCONF = "bench.urls"
RATE_LIMITS = {**RATE_LIMITS, "API": (10**9, 300)}  # still counted for each request
