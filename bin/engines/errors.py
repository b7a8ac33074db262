"""The one error of this package."""


class Refusal(Exception):
    """Work cannot go on. The message is for the person at the terminal: what is wrong and what to do."""
