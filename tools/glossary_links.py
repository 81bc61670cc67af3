"""Words of the glossary lead to it. A Sphinx extension.

The lessons set a word in italics where they explain it. When the word is in the glossary, it becomes a link:
a reader who comes back finds the way, and no author writes a role into a notebook.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

GLOSSARY = "book/glossary"


class LinkGlossaryWords(SphinxPostTransform):
    """Turns emphasized words of the glossary into links."""

    default_priority = 200  # after references are resolved

    def run(self, **words) -> None:
        """Called for every page once all of them have been read."""
        page = self.env.docname
        if page == GLOSSARY or self.app.builder.format != "html":
            return
        terms = terms_of(self.env)
        for word in list(self.document.findall(nodes.emphasis)):
            anchor = terms.get(word.astext().lower())
            if anchor and not inside_link(word):
                word.replace_self(link(self.app, page, anchor, word))


def terms_of(env) -> dict[str, str]:
    """Word of the glossary in small letters -> its anchor."""
    objects = env.get_domain("std").get_objects()
    return {
        name.lower(): anchor
        for name, _, kind, page, anchor, _ in objects
        if kind == "term" and page == GLOSSARY
    }


def inside_link(node: nodes.Node) -> bool:
    """Whether a node is part of a link or of a heading, which is a link in the list of contents."""
    return node.parent is not None and (
        isinstance(node.parent, nodes.reference | nodes.title) or inside_link(node.parent)
    )


def link(app: Sphinx, page: str, anchor: str, word: nodes.emphasis) -> nodes.reference:
    """The word as a link to its place in the glossary."""
    address = app.builder.get_relative_uri(page, GLOSSARY) + "#" + anchor
    reference = nodes.reference("", "", internal=True, refuri=address, classes=["glossary-word"])
    reference += word.deepcopy()
    return reference


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_post_transform(LinkGlossaryWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
