"""Reading the NSI banks: questions, and the code that stands in their texts."""

import re
import tomllib
from dataclasses import dataclass, field

FENCE = re.compile(r"^```(\w+)\n(.*?)\n```$", re.S | re.M)


@dataclass
class Question:
    """A question; `options` by letter, spaces plain."""

    id: str
    key: str
    text: str
    options: dict = field(default_factory=dict)

    def says(self, *pieces):
        """Stops when the text no longer says what a row rests on."""
        for piece in pieces:
            if piece not in self.text:
                raise SystemExit(f"✗ {self.id} : l’énoncé ne dit plus « {piece} » ; recalculer avec ce qu’il dit")

    def find(self, pattern):
        """The groups of the only place where the text fits the pattern."""
        found = re.findall(pattern, self.text)
        if len(found) != 1:
            raise SystemExit(f"✗ {self.id} : l’énoncé contient {len(found)} fois {pattern}")
        return found[0]

    def code(self, language, place=0):
        """A fenced block of the text."""
        return blocks(self.text, language)[place]

    def right(self, is_right):
        """The letters of the options that are right."""
        return [letter for letter, option in self.options.items() if is_right(option)]


def questions(banks):
    """Every question of every bank of NSI."""
    for folder in sorted(banks.iterdir()):
        header = tomllib.loads((folder / "bank.toml").read_text(encoding="utf-8"))
        if header["subject"] != "NSI":
            continue
        for path in sorted(folder.glob("*.toml")):
            for raw in tomllib.loads(path.read_text(encoding="utf-8")).get("questions", []):
                options = {letter: plain(text) for letter, text in raw["options"].items()}
                yield Question(raw["id"], raw["key"], plain(raw["text"]), options)


def plain(text):
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


def blocks(text, language):
    """The fenced blocks in a language, without their fences."""
    return [code for name, code in FENCE.findall(text) if name == language]


def inline(text):
    """The pieces of code in a line of text."""
    return re.findall(r"`([^`\n]+)`", text)


def only(items):
    """The single one."""
    (item,) = items
    return item


def integers(text):
    """The natural numbers that stand in a text."""
    return [int(number) for number in re.findall(r"\d+", text)]


def table(block):
    """The rows of a table drawn with spaces, its header first; numbers as numbers."""
    lines = [line.split() for line in block.splitlines()]
    return [tuple(int(cell) if cell.isdigit() else cell for cell in line) for line in lines]
