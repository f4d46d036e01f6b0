"""Trees, graphs, divide and conquer, dynamic programming, search in a text."""

from collections import deque
from math import log2

from .bank import inline, integers, only
from .running import attempt, names

CONCEPTS = {}


def insert(tree, key):
    """A binary search tree: none, or [key, left, right]; new keys become leaves."""
    if tree is None:
        return [key, None, None]
    side = 1 if key < tree[0] else 2
    tree[side] = insert(tree[side], key)
    return tree


def infix(tree):
    return [] if tree is None else infix(tree[1]) + [tree[0]] + infix(tree[2])


def tree_of(question):
    tree = None
    for key in integers(question.find(r"les clés ([\d, et]+), dans cet ordre")):
        tree = insert(tree, key)
    return tree


def infix_order(question):
    question.says("le parcours infixe")
    return question.right(lambda option: integers(option) == infix(tree_of(question)))


def father(question):
    son = int(question.find(r"le père du nœud (\d+)"))

    def look(tree, above):
        if tree is None or tree[0] == son:
            return tree and above
        return look(tree[1], tree[0]) or look(tree[2], tree[0])

    return question.right(lambda option: int(option) == look(tree_of(question), None))


def breadth_first(question):
    start = question.find(r"en largeur à partir de (\w), en prenant les successeurs dans l’ordre de leur liste")
    graph, order, waiting = names(question.code("python"))["g"], [start], deque(start)
    while waiting:
        for near in graph[waiting.popleft()]:
            if near not in order:
                order.append(near)
                waiting.append(near)
    return question.right(lambda option: option.split(", ") == order)


def merge_sort(items, count):
    """Sorted; `count` is told of each comparison."""
    if len(items) < 2:
        return items
    left, right = merge_sort(items[: len(items) // 2], count), merge_sort(items[len(items) // 2 :], count)
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        count.append(1)
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]


def worst(items):
    """The sorted items in the order that makes the merges longest."""
    return items if len(items) < 2 else worst(items[::2]) + worst(items[1::2])


def cost_of_merge_sort(question):
    question.says("le tri fusion", "nombre de comparaisons", "dans le pire des cas")
    orders = {r"$n\log_2(n)$": lambda n: n * log2(n), "$n^2$": lambda n: n * n, "$n$": lambda n: n, r"$\log_2(n)$": log2}

    def ratio(order, n):
        count = []
        assert merge_sort(worst(list(range(n))), count) == list(range(n))
        return len(count) / order(n)

    # Of that order: the ratio hardly moves from a small table to a large one.
    return question.right(lambda option: 0.5 < ratio(orders[option], 1 << 14) / ratio(orders[option], 1 << 4) < 2)


def fewest(coins, total):
    """The fewest coins, by trying all sums that one more coin makes."""
    sums, used = {0}, 0
    while total not in sums:
        sums, used = {one + coin for one in sums for coin in coins if one + coin <= total}, used + 1
    return used


def change(question):
    question.says("le plus petit nombre de pièces")

    def works(option):
        rendu = names(question.code("python").replace("...", only(inline(option))))["rendu"]
        systems = ([1], [1, 4, 5], [5, 1, 4], [1, 2, 5, 10], [1, 3, 7])
        return all(attempt(rendu, coins, total) == fewest(coins, total) for coins in systems for total in range(25))

    return question.right(works)


def calls(question):
    argument = int(question.find(r"quand on calcule `fib\((\d)\)`, en comptant ce premier appel"))
    code, count = names(question.code("python")), []
    plain = code["fib"]

    def counted(n):
        count.append(n)
        return plain(n)

    code["fib"] = counted
    counted(argument)
    return question.right(lambda option: int(option) == len(count))


def shift(question):
    question.says("en comparant à partir de la droite", "version simplifiée de l’algorithme de Boyer-Moore")
    text, pattern = (line.split(" : ")[1] for line in question.code("text").splitlines())
    facing = text[len(pattern) - 1]
    assert facing != pattern[-1]
    distance = len(pattern) - 1 - pattern.rfind(facing)
    return question.right(lambda option: integers(option) == [distance])


ROWS = {
    "NSI-ALG-01": infix_order,
    "NSI-ALG-02": father,
    "NSI-ALG-03": breadth_first,
    "NSI-ALG-04": cost_of_merge_sort,
    "NSI-ALG-05": change,
    "NSI-ALG-06": calls,
    "NSI-ALG-07": shift,
}
