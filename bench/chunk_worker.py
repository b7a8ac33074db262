"""`python -m bench.chunk_worker ID...`: builds these chunks one after the other, as a worker of its own would."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from feeds.services.chunks import build_chunk  # models need Django set up

    for chunk_id in sys.argv[1:]:
        build_chunk(int(chunk_id))
