"""Sheets of style without the rules that no page can use: a theme serves many sites, this is one."""

import re

import tinycss2

WORD = re.compile(r"[\w-]+")
NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")  # of a class or an element
MADE_BY_SCRIPTS = ("bs-",)  # beginnings of names that scripts put together


def words_of(texts) -> set[str]:
    """Every word of pages and scripts: whatever names an element or a class is among them."""
    return {word for text in texts for word in WORD.findall(text)}


def without_unused(sheet: str, words: set[str]) -> str:
    """The sheet of style without comments and without rules for names that are not among the words."""
    return "".join(_kept(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), words))


def _kept(rules, words: set[str]) -> list[str]:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            live = [one for one in _selectors(rule.prelude) if _may_match(one, words)]
            if live:
                selectors = ",".join(tinycss2.serialize(one).strip() for one in live)
                kept.append(f"{selectors}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = _kept(tinycss2.parse_rule_list(rule.content, True, True), words)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{''.join(inner)}}}")
        elif not _is_icon_font(rule):
            kept.append(rule.serialize())
    return kept


def _selectors(prelude) -> list[list]:
    """The selectors of a rule, as tokens; commas within brackets part nothing."""
    parts = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _may_match(selector: list, words: set[str]) -> bool:
    """Whether all names are among the words; ``:not(.name)`` and the like may hold where a name is absent."""
    plain = tinycss2.serialize([token for token in selector if token.type != "function"])
    names = (name.replace("\\", "") for name in NAME.findall(plain))
    return all(name in words or name.startswith(MADE_BY_SCRIPTS) for name in names)


def _is_icon_font(rule) -> bool:
    """Whether a rule loads the theme's font of icons: they are drawn into the pages instead."""
    return (
        rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and "fontawesome" in rule.serialize()
    )
