"""`python -m bench.measure NAME`, inside the site that `python -m bench` has started: sets Django up, then measures."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(f"bench.{sys.argv[1]}").main()
