"""LoggingMixin: `self.log`."""

import logging


class LoggingMixin:
    def __init__(self, context=None):
        pass

    @property
    def log(self) -> logging.Logger:
        return logging.getLogger(f"{type(self).__module__}.{type(self).__name__}")
