"""What stands behind bin/dev, bin/test, bin/bench and bin/manage.

Only the standard library is used: the package runs before anything is installed. It makes `.venv`, runs
Postgres and Valkey on unix sockets, and looks after the processes of the site.
"""
