"""Stacks, queues, linked lists, trees and graphs as data."""

from ast import literal_eval
from collections import deque

from .bank import blocks, inline, integers, only
from .running import names

CONCEPTS = {
    "NSI-STR-07": "choix d’une structure : ce que coûte une recherche",
}


def stack_and_queue(question):
    added = integers(question.find(r"les nombres ([\d, et]+), dans cet ordre"))
    stack, queue = list(added), deque(added)
    question.says("Une pile et une file", "on retire un nombre de chacune")
    taken = f"{stack.pop()} de la pile et {queue.popleft()} de la file"
    return question.right(lambda option: option == taken)


def queue_of_two_stacks(question):
    question.says("On enfile 1, 2 et 3, on défile une fois, on enfile 4, puis on défile encore une fois")
    code, e, s = names(question.code("python")), [], []
    for number in (1, 2, 3):
        code["enfiler"](e, s, number)
    out = [code["defiler"](e, s)]
    code["enfiler"](e, s, 4)
    out.append(code["defiler"](e, s))
    assert out == [1, 2], "not a queue"
    return question.right(lambda option: inline(option) == [f"e = {e}", f"s = {s}"])


def linked_list(question):
    question.says("fait la liste 3 → 5 → 8")

    def works(option):
        link, values = names(question.code("python") + "\n" + only(inline(option)))["m"], []
        while link is not None and len(values) < 10:
            values.append(link.valeur)
            link = link.suivant
        return values == [3, 5, 8]

    return question.right(works)


def leaves(question):
    question.says("la racine A a deux fils, B et C", "Le nœud B a deux fils, D et E", "Le nœud C a un seul fils, F, qui a")
    question.says("lui-même un seul fils, G", "de feuilles")
    children = {"A": "BC", "B": "DE", "C": "F", "F": "G"}
    nodes = {"A", *"".join(children.values())}
    return question.right(lambda option: int(option) == len(nodes - children.keys()))


def sizes_of_trees(question):
    question.says("le nombre de ses niveaux", "un arbre réduit à sa racine est de hauteur 1")
    height = int(question.find(r"arbre binaire de hauteur (\d) peut-il"))
    # Sizes of the trees of each height; there is one of height 0, the empty one.
    sizes = {0: {0}}
    for level in range(1, height + 1):
        lower = set().union(*sizes.values())
        sizes[level] = {1 + deep + other for deep in sizes[level - 1] for other in lower}
    possible = sizes[height]
    return question.right(lambda option: set(range(integers(option)[0], integers(option)[1] + 1)) == possible)


def successors(question):
    question.says("la liste de ses successeurs", "un arc du sommet `i` vers le sommet `j`")
    matrix = names(question.code("python"))["m"]
    expected = {i: [j for j, arc in enumerate(row) if arc] for i, row in enumerate(matrix)}
    return question.right(lambda option: literal_eval(only(blocks(option, "python"))) == expected)


ROWS = {
    "NSI-STR-01": stack_and_queue,
    "NSI-STR-02": queue_of_two_stacks,
    "NSI-STR-03": linked_list,
    "NSI-STR-04": leaves,
    "NSI-STR-05": sizes_of_trees,
    "NSI-STR-06": successors,
}
