"""Ask whether the pinned versions are known to be unsafe, or were withdrawn by their authors.

Usage: python tools/audit.py [--service URL] [FILE]

pip-audit asks an OSV service about every line of the file (constraints.txt), pip asks the package index which
versions were withdrawn. Ends with 0 when all were asked and nothing is known, with 1 when something is, and
with 2 when a service could not be asked: that says nothing about the packages.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OSV = "https://api.osv.dev/v1/query"
PATIENCE_SECONDS = 10  # for one answer
REASON_LETTERS = 160
WITHDRAWN = re.compile(r"a yanked version: '([^']+)' candidate \(version (\S+) ")  # how pip warns
FINE, FOUND, NOT_ASKED = 0, 1, 2


def find_advisories(file: Path, service: str) -> tuple[int, list[str]]:
    """Ask an OSV service about each pin.

    Returns:
        Exit code and lines for people.
    """
    words = ["pip_audit", "--requirement", file, "--no-deps", "--disable-pip", "--format", "json"]
    words += ["--vulnerability-service", "osv", "--osv-url", service, "--timeout", PATIENCE_SECONDS]
    answer, complaints = _run(*words, "--progress-spinner", "off")
    if answer is None:
        reason = _reason(complaints)
        return NOT_ASKED, [f"Advisories: nothing was asked, since {service} does not answer ({reason})."]
    asked = [one for one in answer["dependencies"] if "skip_reason" not in one]
    skipped = [one for one in answer["dependencies"] if "skip_reason" in one]
    found = [_advisory(one, known) for one in asked for known in one["vulns"]]
    lines = found or [f"Advisories: none known for {len(asked)} packages, asked at {service}."]
    lines += [f"{one['name']}: not asked, {one['skip_reason']}" for one in skipped]
    return FOUND if found else NOT_ASKED if skipped or not asked else FINE, lines


def find_withdrawn(file: Path) -> tuple[int, list[str]]:
    """Ask the package index which pins were withdrawn.

    Returns:
        Exit code and lines for people.
    """
    words = ["pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-"]
    answer, complaints = _run(*words, "--requirement", file)
    if answer is None:
        reason = _reason(complaints)
        return NOT_ASKED, [f"Withdrawn versions: the package index did not answer for all pins ({reason})."]
    found = [f"{name} {version}: withdrawn by its authors" for name, version in WITHDRAWN.findall(complaints)]
    return (FOUND, found) if found else (FINE, [f"Withdrawn: none of {len(answer['install'])} versions."])


def _run(*words: object) -> tuple[dict | None, str]:
    """What a Python module prints as JSON, or None, and what it complains of."""
    with tempfile.TemporaryDirectory() as elsewhere:  # a course in the working folder is none of the pins
        command = [sys.executable, "-m", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=elsewhere)
    try:
        return json.loads(done.stdout), done.stderr
    except json.JSONDecodeError:
        return None, done.stderr


def _reason(complaints: str) -> str:
    """The last line of what a program complains of: of a traceback, the error itself."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    return textwrap.shorten(lines[-1] if lines else "it said nothing", REASON_LETTERS)


def _advisory(package: dict, known: dict) -> str:
    fixed = ", ".join(known["fix_versions"])
    names = ", ".join([known["id"], *known["aliases"]])
    return f"{package['name']} {package['version']}: {names}, " + (
        f"fixed in {fixed}" if fixed else "not fixed yet"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--service", default=OSV, help="address of an OSV service")
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "constraints.txt")
    wanted = parser.parse_args()
    file = wanted.file.resolve()
    results = [find_advisories(file, wanted.service), find_withdrawn(file)]
    print("\n".join(line for _, lines in results for line in lines))
    codes = {code for code, _ in results}
    sys.exit(FOUND if FOUND in codes else max(codes))


if __name__ == "__main__":
    main()
