"""The Content-Security-Policy of a page: only files of the site, and the scripts it had when it was built.

Each inline script is allowed by its digest: a script that gets into a page later does not run, and no text
is ever run as a script. Styles inside a page stay allowed: MathJax writes sheets of style while it draws,
figures and sliders carry style attributes, and digests do not cover those. A style cannot leak what it sees,
since pictures and fonts from elsewhere are forbidden.
"""

import base64
import hashlib
import re
from collections.abc import Iterable

RULES = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",  # the search reads pages
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",  # the search box
}
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", re.DOTALL)
DATA = re.compile(r'\btype="application/')  # read by scripts, never run
FIRST_PLACE = re.compile(r"(?:<!doctype[^>]*>\s*)?(?:<html[^>]*>\s*)?(?:<head[^>]*>\s*)?", re.IGNORECASE)


def digest(script: str) -> str:
    """The name of an inline script in a policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def inline_scripts(page: str) -> list[str]:
    """The texts of the scripts that stand in a page and run."""
    return [text for attributes, text in INLINE_SCRIPT.findall(page) if not DATA.search(attributes)]


def policy(scripts: Iterable[str]) -> str:
    """The policy of a page with these inline scripts."""
    digests = dict.fromkeys(map(digest, scripts))
    rules = {**RULES, "script-src": " ".join(["'self'", *digests])}
    return "; ".join(f"{rule} {value}" for rule, value in rules.items())


def with_policy(page: str, further_scripts: Iterable[str] = ()) -> str:
    """The page with its policy as the first thing in its head, so that it holds for all that follows.

    Args:
        page: HTML.
        further_scripts: inline scripts of windows that the page opens, which take over its policy.
    """
    rules = policy([*inline_scripts(page), *further_scripts])
    meta = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
    place = FIRST_PLACE.match(page, len(page) - len(page.lstrip())).end()
    return f"{page[:place]}{meta}\n{page[place:]}"
