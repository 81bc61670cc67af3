"""From the builder's pages to the site: each step alone, on small pages of its own."""

import base64
import io
import re
from pathlib import Path

import finish_site
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pydata_sphinx_theme
import pytest
import site_icons
import site_markup
import site_pictures
import site_policy
import site_styles
import vendor
from PIL import Image

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"


@pytest.fixture(scope="module")
def icons():
    return site_icons.Icons(THEME / "scripts" / "fontawesome.js")


def test_digest_of_a_script_is_that_of_the_standard():
    # The example of Content Security Policy Level 3.
    expected = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    assert site_policy.digest("alert('Hello, world.');") == expected


def test_policy_names_the_scripts_that_run_and_no_data():
    page = (
        "<!DOCTYPE html>\n<html>\n<head>\n<script src='a.js'></script><script src=\"b.js\">c</script>"
        '<script type="module">one</script><script>two</script>'
        '<script type="application/json">{"three": 3}</script></head></html>'
    )
    assert site_policy.inline_scripts(page) == ["one", "two"]
    safe = site_policy.with_policy(page, ["four"])
    rules = dict(rule.split(" ", 1) for rule in re.search(r'content="([^"]*)"', safe)[1].split("; "))
    assert rules["script-src"].split() == ["'self'", *map(site_policy.digest, ["one", "two", "four"])]
    assert rules["object-src"] == rules["base-uri"] == "'none'"


@pytest.mark.parametrize(
    ("page", "before"),
    [
        ("<!DOCTYPE html>\n<html lang='en'>\n<head><title>t</title></head>", "<head>"),
        ('<meta http-equiv="Refresh" content="0; url=a.html" />', ""),
    ],
)
def test_policy_is_the_first_thing_in_the_head(page, before):
    safe = site_policy.with_policy(page)
    start = safe.index('<meta http-equiv="Content-Security-Policy"')
    assert safe[:start].endswith(before) and safe[:start] == page[:start]
    assert safe.replace(safe[start : safe.index("\n", start) + 1], "") == page


def test_script_of_the_speakers_window_is_found_whole():
    script = vendor.speakers_script()
    assert "speaker-layout" in script and script.count("{") == script.count("}")


def test_icon_keeps_its_classes_and_attributes_and_gets_its_drawing(icons):
    drawn = icons.draw_into(
        '<i class="theme-switch fa-solid fa-sun fa-lg" data-mode="light" title="Light"></i>'
    )
    assert drawn.startswith(
        '<svg class="svg-inline--fa theme-switch fa-sun fa-lg" data-mode="light" aria-hidden'
    )
    assert icons.drawings["fas", "sun"][2] in drawn and icons.drawings["far", "sun"][2] not in drawn
    assert icons.draw_into('<span class="fas fa-bars"></span>').count("<path") == 1
    assert (
        icons.draw_into('<i class="other"></i><p class="fa-sun">text</p>')
        == '<i class="other"></i><p class="fa-sun">text</p>'
    )


def test_icon_that_does_not_exist_is_named(icons):
    with pytest.raises(ValueError, match="fa-unheard-of"):
        icons.draw_into('<i class="fas fa-unheard-of"></i>')


def test_rules_that_no_page_can_use_go_and_all_others_stay():
    sheet = """
      /* words */ a, .gone { color: red } .used .gone { color: red } #used.used > b:hover { color: red }
      .used:not(.gone):is(.x, .y:not(.z)) { color: red } [data-x="gone"] { color: red }
      .bs-tooltip-end { color: red } .a\\:b { color: red }
      @media print { .gone { color: red } } @media print { .used { color: red } }
      @font-face { font-family: x; src: url(fontawesome.woff2) }
      @font-face { font-family: y; src: url(y.woff2) }
      @keyframes turn { from { top: 0 } }
    """
    left = site_styles.without_unused(sheet, site_styles.words_of(['<p id="used" class="used x">']))
    expected = [
        "a{",
        "#used.used > b:hover{",
        ".used:not(.gone):is(.x, .y:not(.z)){",
        '[data-x="gone"]{',
        ".bs-tooltip-end{",
    ]
    expected += ["@media print {.used{", "@font-face { font-family: y", "@keyframes turn"]
    assert [rule for rule in expected if rule not in left] == []
    assert "gone {" not in left and ".gone{" not in left and "fontawesome" not in left and "words" not in left
    assert (
        left.count("@media") == 1 and site_styles.without_unused(left, site_styles.words_of([left])) == left
    )


PAGE = """<html>
  <script src="../_static/scripts/fontawesome.js?digest=1"></script>
  <script src="../_static/design-tabs.js?v=1"></script>
  <script type="application/vnd.jupyter.widget-state+json">{"a": "b"}</script>
  <button onclick="window.print()">

  </button>
  <dt class="sig sig-object"><span class="n"><span class="pre">rate</span></span><span class="o">=</span></dt>
  <dt class="sig py"><span class="n"><span class="pre">one</span> <span class="pre">two</span></span></dt>
  <div class="highlight"><pre><span class="k">def</span> <span class="n">f</span><span class="p">():</span>

    <span class="k">return</span></pre></div>
  <img alt="curve" src="../_images/curve.svg" />
</html>"""


def test_page_keeps_its_text_and_loads_less(tmp_path):
    (tmp_path / "curve.svg").write_text('<svg xmlns="x" width="72pt" height="36.2pt" viewBox="0 0 72 36"/>')
    light = site_markup.light_page(PAGE, tmp_path)
    assert "<script" not in light and "onclick" not in light and 'data-press="print"' in light
    assert '<pre><span class="k">def</span> f():\n\n    <span class="k">return</span></pre>' in light
    assert '<span class="pre">rate</span><span class="o">=</span></dt>' in light
    assert '<dt class="sig py"><span class="pre">one</span> <span class="pre">two</span></dt>' in light
    assert '<img loading="lazy" width="96" height="48" alt="curve" src' in light

    def text(page):
        return re.sub(r"<script.*?</script>|<[^>]*>|\s+", "", page)

    assert text(light) == text(PAGE)
    assert "design-tabs" in site_markup.light_page(PAGE.replace("sig-object", "sd-tab-set"), tmp_path)


@pytest.fixture
def drawing():
    """A figure with a photograph, as matplotlib writes it."""
    random = np.random.default_rng(0)
    with matplotlib.rc_context({"svg.hashsalt": "site"}):
        figure, (left, right) = plt.subplots(1, 2)
        left.imshow(random.integers(0, 255, (40, 40, 3), dtype=np.uint8))
        right.plot(random.normal(size=300).cumsum())
        target = io.StringIO()
        figure.savefig(target, format="svg")
        plt.close(figure)
    return target.getvalue()


def photographs(svg):
    found = re.findall(r"data:image/\w+;base64,([^\"]+)", svg)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(one))).convert("RGBA")) for one in found]


def numbers(svg):
    return [
        float(one) for line in re.findall(r'\sd="([^"]*)"', svg) for one in re.findall(r"-?\d+\.?\d*", line)
    ]


def test_lighter_picture_has_the_same_lines_and_pixels(drawing):
    light = site_pictures.light_picture(drawing)
    assert len(light) < 0.9 * len(drawing) and "<metadata" not in light
    assert np.allclose(numbers(light), numbers(drawing), rtol=0, atol=0.005001)
    assert len(photographs(drawing)) == 1
    for one, other in zip(photographs(light), photographs(drawing), strict=True):
        assert np.array_equal(one, other)


@pytest.fixture
def built(tmp_path):
    """A builder's folder with one page."""
    files = {
        "index.html": '<html><head><link rel="stylesheet" href="_static/a.css?v=1" /></head>'
        '<body class="used"><i class="fas fa-sun"></i></body></html>',
        "_static/a.css": ".used { color: red } .gone { color: red }",
        "_static/a.js.map": "{}",
        "_images/a.svg": '<svg width="1pt" height="1pt"><path d="M 0.12345 1"/></svg>',
    }
    for name, text in files.items():
        (tmp_path / "built" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "built" / name).write_text(text)
    scripts = tmp_path / "built" / "_static" / "scripts"
    scripts.mkdir()
    (scripts / "fontawesome.js").write_text((THEME / "scripts" / "fontawesome.js").read_text())
    return tmp_path / "built"


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_site_is_finished_twice_alike_and_the_builders_pages_stay(built):
    before, site = contents(built), built.parent / "site"
    finish_site.finish(built, site)
    first = contents(site)
    (site / "stale.html").write_text("")
    finish_site.finish(built, site)
    assert contents(site) == first and contents(built) == before
    assert set(first) == {"index.html", "_static/a.css", "_images/a.svg"}


def test_address_of_a_sheet_changes_with_the_sheet(built):
    site, addresses = built.parent / "site", set()
    for word in ("used", "gone"):
        page = built / "index.html"
        page.write_text(page.read_text().replace('class="used"', f'class="{word}"'))
        finish_site.finish(built, site)
        addresses.add(re.search(r'href="(_static/a\.css\?v=\w+)"', (site / "index.html").read_text())[1])
        assert f".{word}" in (site / "_static" / "a.css").read_text()
    assert len(addresses) == 2


def test_a_broken_finish_leaves_the_old_site(built, monkeypatch):
    site = built.parent / "site"
    finish_site.finish(built, site)
    before = contents(site)

    def fail(*_):
        raise OSError("full")

    monkeypatch.setattr(finish_site, "with_policy", fail)
    with pytest.raises(OSError, match="full"):
        finish_site.finish(built, site)
    assert contents(site) == before
