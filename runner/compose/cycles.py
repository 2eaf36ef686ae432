"""A circle in a graph of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def cycle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names of a circle in their order, none if there is no circle; names without edges end a path.

    >>> cycle({"a": ["b"], "b": ["c", "a"], "c": []}), cycle({"a": ["b"]}), cycle({"a": ["a"]})
    (['a', 'b'], [], ['a'])
    """
    done: set[str] = set()
    for start in edges:
        path: list[str] = [start]
        waiting = [iter(edges[start])]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                done.add(path.pop())
            elif following in path:
                return path[path.index(following) :]
            elif following in edges and following not in done:
                path.append(following)
                waiting.append(iter(edges[following]))
    return []
