"""Items that share something, directly or through others → groups of them; pure.

The one place where "the same as the same is the same" is worked out: for cards, for
handles and for chats.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Item = TypeVar("Item", bound="Hashable")


def components(keys: Mapping[Item, Iterable[Hashable]]) -> list[list[Item]]:
    """Group items that share a key.

    Args:
        keys: What each item may share with others.

    Returns:
        The groups, and the items in each, in the order of the mapping. Takes time linear
        in the number of keys.

    Example:
        >>> components({1: ["a"], 2: ["b"], 3: ["b", "a"], 4: []})
        [[1, 2, 3], [4]]
    """
    parent: dict[Item, Item] = {item: item for item in keys}

    def root(item: Item) -> Item:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    first: dict[Hashable, Item] = {}
    for item, shared in keys.items():
        for key in shared:
            parent[root(item)] = root(first.setdefault(key, item))
    groups: defaultdict[Item, list[Item]] = defaultdict(list)
    for item in keys:
        groups[root(item)].append(item)
    return list(groups.values())
