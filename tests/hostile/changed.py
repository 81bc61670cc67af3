"""Small files, changed at random: what hypothesis draws."""

from hypothesis import strategies as st

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)
PARTS = st.sampled_from(["..", ".", "", "~", "C:", "\\", "PetImages", "Cat", "Dog", "7.jpg", "\x1b[2J"])
NAMES = st.lists(PARTS | LETTERS, min_size=1, max_size=6).map("/".join)


@st.composite
def changed(draw, content: bytes, block: int = 1) -> bytes:
    """Contents with some blocks overwritten, left out, doubled, moved, or the end cut off.

    Args:
        content: what to change.
        block: bytes; blocks begin at its multiples, as they do in a tar.
    """
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.sampled_from(["overwrite", "overwrite", "leave out", "double", "move", "cut"]))
        start = draw(st.integers(0, max(0, len(content) // block - 1))) * block
        size = draw(st.integers(1, 64 if block == 1 else 4)) * block
        piece = content[start : start + size]
        if how == "overwrite":
            place = start + draw(st.integers(0, max(0, len(piece) - 1)))
            new = draw(st.binary(min_size=1, max_size=8))
            content[place : place + len(new)] = new
        elif how == "double":
            content[start:start] = piece
        elif how == "cut":
            del content[start:]
        else:
            del content[start : start + size]
            if how == "move":
                place = draw(st.integers(0, len(content) // block)) * block
                content[place:place] = piece
    return bytes(content)
