#!/bin/sh
# Installs pvdify @VERSION@, the command line of @URL@, for whoever runs this. No root is needed.
#
#   curl -fsSL @URL@/install.sh | bash
#
# It makes a virtual environment of its own below ~/.local/share/pvdify, and a link to it: ~/.local/bin/pvdify. Run it
# again for the version that the server has then. The link is changed last, so that what was there before stays usable
# if something fails; the environment it led to stays until the run after, for commands that still run in it.
#
#   PVDIFY_INSTALL_DIR      where the environment is made (~/.local/share/pvdify)
#   PVDIFY_INSTALL_BIN      where the link is made (~/.local/bin)
#   PVDIFY_INSTALL_PYTHON   the Python to take, as /usr/bin/python3.13 (the first one in PATH that is new enough)
#   PVDIFY_INSTALL_EXTRAS   keyring: keep tokens in the system's keyring, where there is one (nothing)
#   PVDIFY_INSTALL_URL      the server to take the wheel from, where it is reached at another address (@URL@)
#
# What pvdify needs comes from where pip is configured to look. Anything for curl, a proxy or a certificate, stands in
# ~/.curlrc. To remove it all: rm -rf ~/.local/share/pvdify ~/.local/bin/pvdify
set -eu

# All of it is read before any of it runs: a download that was cut off does nothing.
main() {
    choose_places
    choose_python
    check_programs
    before=$(readlink "$link" || true)
    environment=$(make_place)
    trap remove_unfinished EXIT
    trap 'exit 130' INT
    trap 'exit 143' HUP TERM
    fetch_wheel
    install_wheel
    set_link
    remove_older
    tell
}

choose_places() {
    [ -n "${HOME:-}" ] || fail "HOME is not set." "Set it to the home of who pvdify is for."
    directory=${PVDIFY_INSTALL_DIR:-$HOME/.local/share/pvdify}
    programs=${PVDIFY_INSTALL_BIN:-$HOME/.local/bin}
    url=${PVDIFY_INSTALL_URL:-@URL@}
    url=${url%/}
    link=$programs/pvdify
    for place in "$directory" "$programs"; do
        case $place in
            /*) ;;
            *) fail "$place is no absolute path." "Give one that begins with /." ;;
        esac
    done
    case $url in
        https://* | http://*) ;;
        *) fail "PVDIFY_INSTALL_URL is no URL: $url" "As in PVDIFY_INSTALL_URL=@URL@" ;;
    esac
    # Another's program is not replaced.
    if [ -e "$link" ] || [ -L "$link" ]; then
        case $(readlink "$link" || true) in
            "$directory"/environments/*) ;;
            *) fail "$link is there, and was not made by this script." \
                "Remove it, or have the link made elsewhere: PVDIFY_INSTALL_BIN=/another/directory" ;;
        esac
    fi
}

choose_python() {
    if [ -n "${PVDIFY_INSTALL_PYTHON:-}" ]; then
        set -- "$PVDIFY_INSTALL_PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for python in "$@"; do
        if new_enough; then return; fi
    done
    python=$1
    command -v "$python" >/dev/null ||
        fail "$python is not there; pvdify needs Python @PYTHON@ or newer." \
            "On Debian or Ubuntu, as root: apt-get install python3 python3-venv"
    fail "$python is $("$python" --version 2>&1); pvdify needs Python @PYTHON@ or newer." \
        "Install a newer one and name it: PVDIFY_INSTALL_PYTHON=/path/to/python3.13"
}

new_enough() {
    "$python" -I -c 'import sys
sys.exit(sys.version_info < tuple(map(int, "@PYTHON@".split("."))))' 2>/dev/null
}

check_programs() {
    "$python" -I -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python can't make virtual environments: its module venv or ensurepip is missing." \
            "On Debian or Ubuntu, as root: apt-get install $(basename "$python")-venv"
    command -v curl >/dev/null ||
        fail "curl is not there." "On Debian or Ubuntu, as root: apt-get install curl"
}

make_place() {
    mkdir -p "$directory/environments" "$programs" ||
        fail "The directories can't be made." "Name others: PVDIFY_INSTALL_DIR and PVDIFY_INSTALL_BIN"
    made=$(mktemp -d "$directory/environments/@VERSION@-XXXXXX")
    # As open to others as all that is made here: mktemp's own are closed.
    chmod "$(umask -S)" "$made"
    say "$made"
}

fetch_wheel() {
    say "Fetching pvdify @VERSION@ from $url"
    # The certificate is not looked at: whoever answers, it is the sum below that counts.
    curl --fail --silent --show-error --location --insecure --max-time 300 \
        --output "$environment/@WHEEL@" "$url/install/@WHEEL@" </dev/null ||
        fail "$url/install/@WHEEL@ can't be fetched." \
            "Where the server is reached at another address: PVDIFY_INSTALL_URL=https://…; where it has another version
       by now, fetch this script again."
    "$python" -I -c 'import hashlib, sys
sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' \
        "$environment/@WHEEL@" @SHA256@ ||
        fail "What $url/install/@WHEEL@ gave is not what this script is for: its SHA-256 is another." \
            "Fetch this script again, from the same server."
}

install_wheel() {
    say "Installing it with $("$python" --version 2>&1) in $environment"
    "$python" -I -m venv "$environment" ||
        fail "$python could not make a virtual environment." "See above. PVDIFY_INSTALL_PYTHON names another Python."
    "$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input --no-user \
        "$environment/@WHEEL@${PVDIFY_INSTALL_EXTRAS:+[$PVDIFY_INSTALL_EXTRAS]}" </dev/null ||
        fail "pip could not install it. What was installed before is as it was." \
            "See above. Where packages come from another place than pypi.org: pip config set global.index-url URL"
    rm "$environment/@WHEEL@"
    "$environment/bin/pvdify" --version >/dev/null ||
        fail "What was installed does not run. What was installed before is as it was." "See above."
}

# A link can't be changed, but another can take its place, at once.
set_link() {
    { ln -s "$environment/bin/pvdify" "$link.$$" && mv -f "$link.$$" "$link"; } ||
        fail "$link can't be made." "Have it made elsewhere: PVDIFY_INSTALL_BIN=/another/directory"
}

remove_unfinished() {
    [ "$(readlink "$link" || true)" = "$environment/bin/pvdify" ] || rm -rf "$environment"
}

# This one and the one before stay, and so does what another run may be making.
remove_older() {
    find "$directory/environments" -mindepth 1 -maxdepth 1 -mmin +60 \
        ! -path "$environment" ! -path "${before%/bin/pvdify}" -exec rm -rf {} +
}

tell() {
    say "$("$link" --version) is installed: $link"
    case $(command -v pvdify || true) in
        "$link") ;;
        "") say "It is not in your PATH yet: log in again, or  export PATH=\"$programs:\$PATH\"" ;;
        *) say "But your shell finds another one first: $(command -v pvdify)" ;;
    esac
    say "To sign in:    pvdify login --url $url"
    say "To remove it:  rm -rf $directory $link"
}

say() { printf '%s\n' "$*"; }

fail() {
    printf 'Error: %s\nNext:  %s\n' "$1" "$2" >&2
    exit 1
}

main
