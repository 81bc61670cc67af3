"""What the project trusts: nothing it reads is run, and every download is https or explained."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from test_setup import constraints

from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.lab.figures import draw_methods
from imbalance_course.metrics import Interval

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path for folder in ("imbalance_course", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))

# Modules whose loading runs what a file says.
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
# Of pickle, the class of an error that torch raises, to be caught.
ALLOWED_OF_MODULES = {"pickle.UnpicklingError"}
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
UNSAFE_CALLS = {
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "yaml.load",
    "yaml.unsafe_load",
    "yaml.full_load",
    "torch.hub.load",
}


def code_of(path: Path) -> str:
    """Python code of a module, or of a notebook's cells without their lines for IPython."""
    if path.suffix == ".py":
        return path.read_text()
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return "\n".join(line for cell in cells for line in cell.splitlines() if not re.match(r"\s*[%!]", line))


def name_of(node: ast.expr) -> str:
    """Dotted name of what is called or read; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def unsafe(code: str) -> list[str]:
    """Everything in a piece of code that runs what a file or a text says."""
    tree = ast.parse(code)
    found = [reason for node in ast.walk(tree) if isinstance(node, ast.Call) for reason in unsafe_call(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE_MODULES:
            found.append(f"import from {node.module}")
        name = name_of(node) if isinstance(node, ast.Attribute) else ""
        if name.split(".")[0] in UNSAFE_MODULES and name not in ALLOWED_OF_MODULES:
            found.append(name)
    return found


def unsafe_call(node: ast.Call) -> list[str]:
    """Why a call is unsafe; nothing where it is not."""
    name = name_of(node.func)
    last = name.split(".")[-1]
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    reasons = {
        f"{name} runs text": name in RUNS_TEXT or name in UNSAFE_CALLS,
        "torch.load without weights_only=True": name == "torch.load" and given.get("weights_only") != "True",
        "arrays with pickled objects": given.get("allow_pickle", "False") != "False",
        "a shell": given.get("shell", "False") != "False",
        "an archive unpacked to disk": last in ("extractall", "unpack_archive")
        or (last == "extract" and "archive" in name),
        "a template without autoescape": last in ("Environment", "Template")
        and given.get("autoescape") != "True",
        "a certificate that is not checked": given.get("verify") == "False",
    }
    return [reason for reason, is_so in reasons.items() if is_so]


@pytest.mark.parametrize(
    "code",
    [
        "torch.load(file)",
        "torch.load(file, weights_only=False)",
        "np.load(file, allow_pickle=True)",
        "import pickle\npickle.load(file)",
        "from pickle import load",
        "joblib.load(file)",
        "eval(text)",
        "exec(compile(text, '', 'exec'))",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "yaml.load(text, Loader)",
        "tarfile.open(path).extractall(folder)",
        "archive.extract(name)",
        "shutil.unpack_archive(path)",
        "jinja2.Environment()",
        "requests.get(url, verify=False)",
        "torch.hub.load(name, model)",
    ],
)
def test_the_scan_sees_what_it_is_for(code):
    assert unsafe(code)


@pytest.mark.parametrize(
    "code",
    [
        "torch.load(file, weights_only=True)",
        "np.load(file)",
        "archive.extractfile(member)",
        "network.eval()",
        "re.compile(text)",
        "torch.compile(loss)",
        "yaml.safe_load(text)",
        "Environment(autoescape=True)",
    ],
)
def test_the_scan_lets_pass_what_is_safe(code):
    assert not unsafe(code)


@pytest.mark.parametrize("path", [*FILES, *LESSONS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_runs_what_data_or_text_say(path):
    assert unsafe(code_of(path)) == []


def test_what_the_report_shows_of_names_in_data_cannot_become_markup():
    name = "<script>alert(1)</script>"
    drawing = draw_methods({name: {"test": Interval(0.5, 0.4, 0.6, 3)}}, name)
    assert "<script" not in drawing


@pytest.mark.parametrize("data_set", DATA_SETS.values(), ids=lambda data_set: data_set.name)
def test_every_download_is_encrypted_or_its_exception_explained(data_set):
    plain = [file.name for file in data_set.files if not file.url.startswith("https://")]
    unproven = [name for name in plain for file in data_set.files if file.name == name and not file.sha256]
    assert data_set.page.startswith("https://")
    assert bool(unproven) == ("plain http" in data_set.caution)
    page = " ".join((ROOT / "book" / "how_to_use.md").read_text().split())
    assert all(f"`{name}` comes over plain http" in page for name in unproven)


def test_no_other_address_of_the_code_is_unencrypted():
    names_not_addresses = ("http://www.w3.org/", "http://127.0.0.1", "http://localhost")
    known = {file.url for data_set in DATA_SETS.values() for file in data_set.files}
    found = {
        address
        for path in FILES
        for address in re.findall(r"http://[^\s\"'<>`)]+", path.read_text())
        if not address.startswith(names_not_addresses)
    }
    assert found <= known


def test_a_caution_is_shown_before_anything_is_fetched(command):
    _, out, _ = command("data", "download", "breakhis")
    assert "caution: its publisher names an address of plain http" in out


def test_the_pins_have_no_hashes_and_the_file_says_why():
    text = (ROOT / "constraints.txt").read_text()
    assert "--hash" not in text
    assert "# Why no hashes: " in text and len(constraints()) > 100
