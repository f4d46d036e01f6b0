"""Running Python and SQL that stand in a question."""

import contextlib
import io
import sqlite3


def names(code):
    """What a piece of Python defines."""
    defined = {}
    exec(code, defined)  # noqa: S102  (our own banks)
    return defined


def printed(code):
    """What a piece of Python prints, without the last line break."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        names(code)
    return out.getvalue().rstrip("\n")


def attempt(action, *arguments):
    """What it gives, or the error that it raises."""
    try:
        return action(*arguments)
    except Exception as error:  # noqa: BLE001  (any error is an answer)
        return error


def indented(code):
    """The code, one level deeper."""
    return "\n".join(f"    {line}" for line in code.splitlines())


def database(script, **tables):
    """A new database with these tables and rows; foreign keys hold."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.execute("pragma foreign_keys = on")
    base.executescript(script)
    for name, rows in tables.items():
        marks = ", ".join("?" * len(rows[0]))
        base.executemany(f"insert into {name} values ({marks})", rows)
    return base


def rows(base, query):
    """What a query gives, sorted, or its error."""
    return attempt(lambda: sorted(base.execute(query).fetchall()))
