"""Objects, recursion, modules, tests."""

import re

from .bank import blocks, inline, only
from .running import attempt, indented, names, printed

CONCEPTS = {
    "NSI-POO-07": "interface et implémentation d’un module : du vocabulaire",
}

CLAIM = re.compile(r"`(\w+)` est une instance de `(\w+)`, et `(\w+)` est (?:un|une) (attribut|méthode) de `(\w+)`\.")


def vocabulary(question):
    made = names(question.code("python"))

    def is_true(option):
        one, of, member, kind, owner = CLAIM.fullmatch(option).groups()
        instance = isinstance(made[of], type) and isinstance(made[one], made[of])
        is_method = callable(getattr(made[owner], member, None))
        return instance and (is_method if kind == "méthode" else member in vars(made[owner]))

    return question.right(is_true)


def output(question):
    shown = printed(question.code("python"))
    return question.right(lambda option: only(inline(option)) == shown)


def method(question):
    question.says("`Carre(4).aire()` renvoie `16`")

    def works(option):
        code = question.code("python") + "\n\n" + indented(only(blocks(option, "python")))
        return attempt(lambda: names(code)["Carre"](4).aire()) == 16

    return question.right(works)


def power(question):
    question.says("renvoyer $x^n$", "entier `n` positif ou nul")

    def works(option):
        body = indented(only(blocks(option, "python")))
        puiss = names(question.code("python").replace("    ...", body))["puiss"]
        return all(attempt(puiss, x, n) == x**n for x in (-2, 0, 1, 3, 0.5) for n in range(7))

    return question.right(works)


def test_that_fails(question):
    question.says("Lequel de ces tests révèle cette erreur ?")

    def reveals(option):
        done = attempt(names, question.code("python") + "\n" + only(inline(option)))
        return isinstance(done, AssertionError)

    return question.right(reveals)


ROWS = {
    "NSI-POO-01": vocabulary,
    "NSI-POO-02": output,
    "NSI-POO-03": method,
    "NSI-POO-04": output,
    "NSI-POO-05": power,
    "NSI-POO-06": output,
    "NSI-POO-08": test_that_fails,
}
