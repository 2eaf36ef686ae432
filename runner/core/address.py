"""Resource addresses, as shown to people and written for programs."""

from __future__ import annotations

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct

_FORM = lazy_pattern(r"(?P<kind>[a-z]+)\.(?P<name>.+?)(?:\[(?P<index>[1-9][0-9]*)\])?")


class Address(Struct, order=True):
    """The kind of a resource, its key in the file, and its replica number.

    >>> str(Address("container", "web")), str(Address("container", "web", 2))
    ('container.web', 'container.web[2]')
    """

    kind: str
    name: str
    index: int = 1

    def __str__(self) -> str:
        replica = f"[{self.index}]" if self.index > 1 else ""
        return f"{self.kind}.{self.name}{replica}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Parse the output of ``str``; ValueError when it isn't an address.

        >>> Address.parse("container.web[2]")
        Address(kind='container', name='web', index=2)
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f'not an address: "{text}"')
        return cls(match["kind"], match["name"], int(match["index"] or 1))
