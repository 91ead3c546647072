#!/bin/bash
# Installs what a checkout needs and what is not there yet: system packages, and .venv with pvdify in it.
# Runs again in no time, and does nothing, once that is done.
set -euo pipefail
cd "$(dirname "$0")/.."

# The system's Python first: another may lie where the daemon's account, which isn't root, can't read it.
if [ -z "${PYTHON:-}" ]; then
    PYTHON=python3
    if /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        PYTHON=/usr/bin/python3
    fi
fi
# podman needs its companions by name, since recommendations are not installed.
PACKAGES=(podman crun netavark aardvark-dns iptables uidmap fuse-overlayfs mmdebstrap
    age gcc libc6-dev openssh-client openssl ca-certificates iproute2 procps python3 python3-venv
    zsh fish  # their completion is tested by themselves
    "$@")  # what a target needs beside: make test-vm names qemu

say() { printf '%s\n' "$*"; }
fail() { printf 'make install: %s\n' "$*" >&2; exit 1; }

check_system() {
    [ -r /etc/os-release ] || fail "this is no Debian or Ubuntu machine (/etc/os-release is missing)."
    . /etc/os-release
    case " ${ID:-} ${ID_LIKE:-} " in
        *" debian "* | *" ubuntu "*) ;;
        *) fail "this machine runs ${PRETTY_NAME:-an unknown system}; Debian 12, 13 or Ubuntu is needed." ;;
    esac
    # The demo host is Debian, and its packages are checked with Debian's keys.
    [ "${ID:-}" = debian ] || PACKAGES+=(debian-archive-keyring)
}

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || fail "these packages are missing, and only root can install them: ${missing[*]}
  Run 'make install' as root, or: sudo apt-get install ${missing[*]}"
    say "installing system packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}" >/dev/null
}

check_python() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed, and $PYTHON is $("$PYTHON" --version 2>&1).
  Name another one: make install PYTHON=/usr/bin/python3.12"
}

# What the environment was made from: the same again means that there is nothing to do.
stamp() { { cat setup.cfg pyproject.toml; "$PYTHON" --version; pwd -P; } | sha256sum; }

install_environment() {
    [ "$(cat .venv/stamp 2>/dev/null)" != "$(stamp)" ] || return 0
    check_python
    if [ "$(.venv/bin/python --version 2>&1)" != "$("$PYTHON" --version)" ] ||
        ! .venv/bin/pip --version >/dev/null 2>&1; then
        say "making .venv with $("$PYTHON" --version)"
        "$PYTHON" -m venv --clear .venv
    fi
    say "installing pvdify and what it needs in .venv (Ansible's collections are large: this takes a minute or two)"
    .venv/bin/pip install -qq --disable-pip-version-check --no-compile -e '.[dev]'
    # Compiled now, since the API's account can't write here later; Ansible's many collections need it not.
    .venv/bin/python -m compileall -qq -j 0 -x 'ansible_collections|ansible/modules' .venv/lib || true
    stamp >.venv/stamp
}

check_system
install_packages
install_environment
