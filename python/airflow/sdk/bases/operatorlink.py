"""BaseOperatorLink: a link that an operator offers on its task's page."""

from __future__ import annotations

import abc


class BaseOperatorLink(abc.ABC):
    operators: list = []

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The text of the link."""

    @property
    def xcom_key(self) -> str:
        return f"_link_{type(self).__name__}"

    @abc.abstractmethod
    def get_link(self, operator, *, ti_key) -> str:
        """Its address."""
