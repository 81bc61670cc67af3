"""The browser of this machine, for pictures, PDFs and tests. As a script: say whether there is one."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = Path(next(filter(None, map(shutil.which, NAMES)), "/usr/bin/chromium"))
MISSING = f"no browser at {CHROMIUM}: apt-get install chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


def main() -> None:
    where = f"in {CHROMIUM}" if CHROMIUM.is_file() else f"left out, {MISSING}"
    print(f"Tests in a browser: {where}.")


if __name__ == "__main__":
    main()
