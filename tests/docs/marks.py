"""Source marks in the code: which sentences of its comments and docstrings carry one."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

KINDS = {
    "doc": "documented",
    "openapi": "documented",
    "schema": "documented",
    "example": "documented",
    "sdk": "seen in an SDK",
    "repo": "seen in public code",
    "run": "tried",
    "kat": "computed",
    "design": "the emulator's own",
    "guess": "guessed",
}

MARK = re.compile(rf"\[({'|'.join(KINDS)})(?![\w(])[^\]]*\]")
_SENTENCE = re.compile(r"(?<=[.:])\s+(?=[A-Z`\[])")


_SHORT = 240  # characters of a paragraph that is told whole


class Remark(NamedTuple):
    """A remark with a mark. `subject`: what it stands at: a function, a class, a name."""

    subject: str
    text: str


def kinds_of(text: str) -> str:
    """What the marks in a text mean, the surest first."""
    found = {KINDS[mark[1]] for mark in MARK.finditer(text)}
    return ", ".join(kind for kind in dict.fromkeys(KINDS.values()) if kind in found)


def remarks_of(path: Path) -> Iterator[Remark]:
    """The marked sentences of a module, in its order."""
    source = path.read_text(encoding="utf-8")
    if not MARK.search(source):
        return
    tree = ast.parse(source)
    placed = [*_docstrings(tree), *_comments(source, tree)]
    for _, subject, text in sorted(placed):
        for part in _parts(text):
            if MARK.search(part):
                yield Remark(subject, part)


_LINE = re.compile(r"^(?P<code>.*?)(?:^|\s)// (?P<text>.*)$")
_DECLARED = re.compile(r"(?:export )?(?:async )?(?:function|const|let|class) (\w+)")


def remarks_of_script(path: Path) -> Iterator[Remark]:
    """The same of a browser's script: its `//` comments, those that stand alone joined by block."""
    block: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        comment = _LINE.match(line)
        if comment and not comment["code"].strip():
            block.append(comment["text"])
            continue
        declared = _DECLARED.match(line.strip())
        subject = declared[1] if declared else ""
        yield from (Remark(subject, part) for part in _parts(" ".join(block)) if MARK.search(part))
        block = []
        if comment and MARK.search(comment["text"]):
            yield Remark(subject, f"`{comment['code'].strip()}`: {comment['text']}")


def _parts(text: str) -> Iterator[str]:
    """Short paragraphs whole, long ones by sentences; marks alone belong to what precedes them."""
    paragraphs: list[str] = []
    for paragraph in text.split("\n\n"):
        flat = " ".join(paragraph.split())
        if paragraphs and flat.startswith("["):
            paragraphs[-1] += f" {flat}"
        else:
            paragraphs.append(flat)
    for paragraph in paragraphs:
        yield from [paragraph] if len(paragraph) <= _SHORT else _sentences(paragraph)


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for part in _SENTENCE.split(text):
        if sentences and part.startswith("["):
            sentences[-1] += f" {part}"
        else:
            sentences.append(part)
    return sentences


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text is not None:
                name = "" if isinstance(node, ast.Module) else node.name
                yield getattr(node, "lineno", 0), name, text


def _comments(source: str, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Comments, those on lines of their own joined with the lines that follow them."""
    block: list[str] = []
    last = 0
    for line, column, text in _comment_tokens(source):
        code = source.splitlines()[line - 1][:column].strip()
        alone = not code
        if block and (not alone or line != last + 1):
            yield last, _subject(tree, last + 1), " ".join(block)
            block = []
        if alone:
            block.append(text)
            last = line
        elif MARK.search(text):
            yield line, _subject(tree, line), f"`{code}`: {text}"
    if block:
        yield last, _subject(tree, last + 1), " ".join(block)


def _comment_tokens(source: str) -> Iterator[tuple[int, int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("# noqa"):
            yield *token.start, token.string.partition("  # noqa")[0].lstrip("# ")


def _subject(tree: ast.Module, line: int) -> str:
    """The name of what stands at a line, innermost first."""
    found = ""
    for node in ast.walk(tree):
        name = _name(node)
        if name and getattr(node, "lineno", 0) <= line <= (getattr(node, "end_lineno", 0) or 0):
            found = name
    return found


def _name(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id=name), *_])]):
            return name
    return ""
