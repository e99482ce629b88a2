#!/usr/bin/env bash
# Installs what some tests compare against: Debian's python3-msgpack and python3-numpy, and npm's msgpack-test-suite and
# @msgpack/msgpack under tests/.peers (not tracked). Each part is optional: where it cannot be installed this script says so and goes on, and the
# tests that need it are skipped by name. It therefore always succeeds.
set -u
root="$(cd "$(dirname "$0")/.." && pwd)"
peers="$root/tests/.peers"
suite_version=1.0.0
node_msgpack_version=3.1.3

have_python_module() {
    [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import $1" >/dev/null 2>&1
}

install_debian() { # module package
    if have_python_module "$1"; then
        echo "test peers: $2 is present"
        return
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "test peers: $2 is missing and there is no apt-get" >&2
        return
    fi
    if ! apt_updated; then
        echo "test peers: apt-get update failed" >&2
    fi
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1 && have_python_module "$1"; then
        echo "test peers: $2 installed"
    else
        echo "test peers: $2 could not be installed" >&2
    fi
}

updated=
apt_updated() {
    [ -n "$updated" ] && return 0
    apt-get update -qq >/dev/null 2>&1 && updated=yes
}

# All in one call: npm takes away what another call has installed without saving it.
install_npm() { # package@version...
    local package missing=
    for package in "$@"; do
        if [ -f "$peers/node_modules/${package%@*}/package.json" ]; then
            echo "test peers: ${package%@*} is present"
        else
            missing=yes
        fi
    done
    [ -z "$missing" ] && return
    if ! command -v npm >/dev/null 2>&1; then
        echo "test peers: $* are missing and there is no npm" >&2
        return
    fi
    mkdir -p "$peers"
    # --ignore-scripts: only the files of the packages are wanted.
    if npm install --prefix "$peers" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$@" >/dev/null 2>&1; then
        echo "test peers: $* installed"
    else
        echo "test peers: $* could not be installed" >&2
    fi
}

install_debian msgpack python3-msgpack
install_debian numpy python3-numpy
install_npm "msgpack-test-suite@$suite_version" "@msgpack/msgpack@$node_msgpack_version"
exit 0
