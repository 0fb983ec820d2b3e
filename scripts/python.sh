#!/bin/sh
# Make the environment $1 where the system has no supported Python: uv brings one.
set -eu
python3 -m venv "$1.tools"
"$1.tools/bin/python" -m pip install -q --disable-pip-version-check uv
"$1.tools/bin/uv" venv -q --seed --python 3.11 "$1"
rm -rf "$1.tools"
