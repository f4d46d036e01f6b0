"""Processes, locks, routing."""

from collections import deque

from .bank import blocks, only, table

CONCEPTS = {
    "NSI-ARC-01": "système sur puce : du vocabulaire",
    "NSI-ARC-06": "chiffrement asymétrique : le rôle de chaque clé",
    "NSI-ARC-07": "HTTPS : pourquoi deux chiffrements",
}


def round_robin(question):
    slice_ = int(question.find(r"pendant (\d) unités de temps au plus"))
    question.says("la file contient P1, P2 et P3, dans cet ordre")
    needs = question.find(r"P1 a besoin en tout de (\d) unités de temps, P2 de (\d), et P3 de (\d)")
    waiting, clock, ended = deque(enumerate(map(int, needs), 1)), 0, {}
    while waiting:
        process, left = waiting.popleft()
        clock += min(slice_, left)
        if left > slice_:
            waiting.append((process, left - slice_))
        else:
            ended[process] = clock
    question.says("À quel instant P1 est-il terminé")
    return question.right(lambda option: int(option) == ended[1])


def may_block(first_of_second):
    """Whether two processes can end up waiting for each other. The first takes A, then B; the locks that the second may
    begin with are answered by a function of the free ones."""
    states, seen = [((), ())], set()
    while states:
        state = states.pop()
        if state in seen:
            continue
        seen.add(state)
        free = {"A", "B"} - {lock for held in state for lock in held}
        moves = []
        for process, held in enumerate(state):
            if len(held) == 2:
                moves.append((process, ()))  # done: it gives back both, and may come again
            else:
                first = {"A"} if process == 0 else first_of_second(free)
                wanted = {"A", "B"} - set(held) if held else first
                moves += [(process, (*held, lock)) for lock in sorted(wanted & free)]
        if not moves:
            return True
        states += [(held, state[1]) if process == 0 else (state[0], held) for process, held in moves]
    return False


def deadlock(question):
    question.says("P1 prend A, puis B", "rend les deux à la fin seulement", "aucun interblocage ne soit possible")
    orders = {
        "A puis B": lambda free: {"A"},
        "B puis A": lambda free: {"B"},
        "D’abord celui qui est libre": lambda free: free,
        "Peu importe": lambda free: {"A", "B"},
    }
    return question.right(lambda option: not may_block(only(go for start, go in orders.items() if option.startswith(start))))


def cheapest_path(question):
    links = {}
    for line in question.code("text").splitlines():
        one, other, cost = line.replace(" - ", " ").replace(" : ", " ").split()
        links[one, other] = links[other, one] = int(cost)

    def paths(path):
        if path[-1] == "B":
            yield path
            return
        for start, end in links:
            if start == path[-1] and end not in path:
                yield from paths([*path, end])

    def cost(path):
        return sum(links.get(link, 1000) for link in zip(path, path[1:]))

    question.says("dont le coût total est le plus petit", "de A à B")
    all_paths = sorted(paths(["A"]), key=cost)
    assert cost(all_paths[0]) < cost(all_paths[1])
    return question.right(lambda option: option.split(" – ") == all_paths[0])


def routing_table(question):
    known = {network: (hops, by) for network, hops, by in table(question.code("text"))[1:]}
    question.says("Il reçoit de R3", "R1 a deux voisins directs, R2 et R3")
    told = question.find(r"N1 en (\d) sauts, N2 en (\d) saut et N3 en (\d) sauts")
    for network, hops in zip(("N1", "N2", "N3"), map(int, told)):
        known[network] = min(known.get(network, (99, "")), (hops + 1, "R3"))

    def is_it(option):
        return {network: (hops, by) for network, hops, by in table(only(blocks(option, "text")))} == known

    return question.right(is_it)


ROWS = {
    "NSI-ARC-02": round_robin,
    "NSI-ARC-03": deadlock,
    "NSI-ARC-04": cheapest_path,
    "NSI-ARC-05": routing_table,
}
