"""Queries, run in SQLite."""

import sqlite3

from .bank import blocks, inline, only, table
from .running import database, rows

CONCEPTS = {
    "NSI-SQL-01": "clé primaire et clé étrangère : lecture d’un schéma",
}


def selection(question):
    question.says("les noms des élèves de Sfax qui ont plus de 14 de moyenne")
    students = [(1, "Nour", "Sfax", 15), (2, "Ali", "Sfax", 12), (3, "Léa", "Lyon", 17), (4, "Paul", "Sfax", 14)]
    base = database("create table eleve (id primary key, nom, ville, moyenne)", eleve=students)
    expected = [(name,) for _, name, city, mean in students if city == "Sfax" and mean > 14]
    return question.right(lambda option: rows(base, only(blocks(option, "sql"))) == expected)


def join(question):
    question.says("les titres des livres écrits par des auteurs tunisiens")
    authors = [(1, "Messaadi", "Tunisie"), (2, "Hugo", "France"), (3, "Béji", "Tunisie")]
    books = [(1, "Les Misérables", 2), (2, "Le Barrage", 1), (3, "Quatrevingt-treize", 2), (4, "L’Œil du jour", 3)]
    script = "create table auteur (id primary key, nom, pays); create table livre (id primary key, titre, id_auteur)"
    base = database(script, auteur=authors, livre=books)
    tunisian = {key for key, _, country in authors if country == "Tunisie"}
    expected = sorted((title,) for _, title, author in books if author in tunisian)
    query = question.code("sql")
    return question.right(lambda option: rows(base, query.replace("...", only(inline(option)))) == expected)


def count(question):
    header, *notes = table(question.code("text"))
    base = database(f"create table note ({', '.join(header)})", note=notes)
    found = rows(base, question.code("sql"))
    return question.right(lambda option: found == [(int(only(inline(option))),)])


def update(question):
    question.says("augmente de 2 dinars, dans la table, le prix de chaque produit du rayon cahiers")
    products = [(1, "petit carreau", "cahiers", 3), (2, "gomme", "effaceurs", 1), (3, "grand format", "cahiers", 5)]
    expected = [(key, name, shelf, price + 2 * (shelf == "cahiers")) for key, name, shelf, price in products]

    def works(option):
        base = database("create table produit (id primary key, nom, rayon, prix)", produit=products)
        rows(base, only(blocks(option, "sql")))
        return rows(base, "select * from produit") == expected

    return question.right(works)


def refused(question):
    question.says("`id` est la clé primaire", "`commande.id_client` est une clé étrangère, qui fait référence à `client.id`")
    clients, orders = (table(block)[1:] for block in blocks(question.text, "text"))
    script = """
        create table client (id integer primary key, nom);
        create table commande (id integer primary key, id_client not null references client (id));
    """

    def is_refused(option):
        done = rows(database(script, client=clients, commande=orders), only(inline(option)))
        assert isinstance(done, (list, sqlite3.IntegrityError)), done
        return isinstance(done, sqlite3.IntegrityError)

    return question.right(is_refused)


def distinct_rows(question):
    members, loans = (table(block) for block in blocks(question.text, "text"))
    script = f"create table adherent ({', '.join(members[0])}); create table emprunt ({', '.join(loans[0])})"
    base = database(script, adherent=members[1:], emprunt=loans[1:])
    found = rows(base, question.code("sql"))
    return question.right(lambda option: int(option) == len(found))


ROWS = {
    "NSI-SQL-02": selection,
    "NSI-SQL-03": join,
    "NSI-SQL-04": count,
    "NSI-SQL-05": update,
    "NSI-SQL-06": refused,
    "NSI-SQL-07": distinct_rows,
}
