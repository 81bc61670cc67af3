#!/usr/bin/env bash
# Make the virtual environment, or bring it up to date with pyproject.toml and constraints.txt.
# Usage: tools/set_up.sh VENV
set -euo pipefail
venv="${1:?Expected the folder of the virtual environment: tools/set_up.sh .venv}"

system_packages() {  # NAMES...: install Debian packages when we may, else name the command
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing the system packages: $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "Missing system packages. Run this, then the same make command again:" >&2
        echo "    sudo apt-get install -y $*" >&2
        exit 1
    fi
}

find_python() {  # the tested version first, then any newer one
    local name
    for name in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Expected Python 3.11 or newer, found none; install it or name it: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
}

if [ ! -x "$venv/bin/pip" ]; then
    python="$(find_python)"
    # Debian keeps ensurepip, which venv needs, in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null \
        || system_packages "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    "$python" -m venv "$venv"
fi

echo "Installing the course into $venv (the first time: some minutes and about 2 GB)"
"$venv/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt -e '.[book,test]'

# imgaug needs OpenCV, and OpenCV needs two libraries that a slim system lacks.
"$venv/bin/python" -c 'import cv2' 2>/dev/null || system_packages libgl1 libglib2.0-0
"$venv/bin/python" -c 'import cv2'
