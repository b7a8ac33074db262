from django.db import connection


def release_connection() -> None:
    """Give the database connection back to the pool before a long wait; the next query takes one again.

    Inside a transaction, which a wait must not be in, nothing happens.
    """
    if not connection.in_atomic_block:
        connection.close()
