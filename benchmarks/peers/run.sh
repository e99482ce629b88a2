#!/usr/bin/env bash
# Compares HashDb with other libraries for nearest neighbours: recall, queries a second, building and memory, on one thread.
#   benchmarks/peers/run.sh [--data gist|windows|noisy-gist|...] [--seconds N] [--rounds N] [--peers WORD,...] [--rebuild] [--core N] [--out FOLDER]
# Installs what it can of the peers (Debian, NuGet, npm); one that cannot be had is named as skipped. README.md says more.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$here/out"
mkdir -p "$out"
hnswlib_node_version=3.0.0

python=/usr/bin/python3
have() { "$python" -c "import $1" >/dev/null 2>&1; }
updated=
debian() { # package
    command -v apt-get >/dev/null || return 1
    [ -n "$updated" ] || { apt-get update -qq >/dev/null 2>&1 || true; updated=yes; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
}
for module in numpy hnswlib faiss; do
    have "$module" || debian "python3-$module" || echo "peers: python3-$module could not be installed" >&2
done
have numpy || { echo "peers: numpy is needed to make the sets" >&2; exit 2; }
# Debian's plain BLAS would make numpy and FAISS's flat index slow.
[ -n "$(ldconfig -p | grep libopenblas)" ] || debian libopenblas0-pthread || echo "peers: no OpenBLAS; numpy and FAISS are slower than they can be" >&2

# hnswlib for this machine: the source that npm's hnswlib-node carries, else Debian's older headers.
source="$out/hnswlib-node/package/src/hnswlib"
if [ ! -d "$source" ] && command -v npm >/dev/null; then
    (mkdir -p "$out/hnswlib-node" && cd "$out/hnswlib-node" &&
        npm pack --silent "hnswlib-node@$hnswlib_node_version" >/dev/null 2>&1 && tar xzf hnswlib-node-*.tgz) || true
fi
[ -d "$source" ] || { debian libhnswlib-dev && source=/usr/include/hnswlib; } || true
if command -v g++ >/dev/null && [ -d "$source" ]; then
    g++ -O3 -march=native -std=c++17 -w -I"$source" "$here/peer_hnswlib.cpp" -o "$out/peer_hnswlib"
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
build() { dotnet build "$root/benchmarks/HashDb.Peers" -c Release -m:1 -o "$out/net" "$@" >"$out/build.log" 2>&1; }
rm -rf "$out/net"
build -p:WithUSearch=true || build || { tail -20 "$out/build.log" >&2; exit 2; }

exec env PYTHONDONTWRITEBYTECODE=1 "$python" "$here/peers.py" --net "$out/net/HashDb.Peers.dll" "$@"
