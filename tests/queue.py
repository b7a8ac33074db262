"""The queue without a worker process: takes the messages that wait in the real broker and runs their tasks here."""

from celery import current_app

QUEUES = ("default", "mail", "push", "sharing", "media", "video", "feeds", "builds", "exports")


def run_queue() -> int:
    """Run every waiting task once, in order; returns how many there were. A task that fails fails the test."""
    current_app.loader.import_default_modules()
    done = 0
    with current_app.connection_for_read() as connection:
        for name in QUEUES:
            with connection.SimpleQueue(name) as queue:
                while True:
                    try:
                        message = queue.get_nowait()
                    except queue.Empty:
                        break
                    message.ack()
                    _, arguments, _ = message.payload
                    current_app.tasks[message.headers["task"]].apply(kwargs=arguments, throw=True)
                    done += 1
    return done
