#!/usr/bin/env bash
# Compares searches with filters with sqlite-vec and with filtering afterwards, on one thread.
#   benchmarks/peers/filters.sh [--data windows-euclidean|gist-euclidean|...] [--core N]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$here/out"
data=windows-euclidean
core=1
while [ $# -gt 0 ]; do
    case "$1" in
        --data) data="$2" ;;
        --core) core="$2" ;;
        *) echo "peers: $1 is no option; there are --data and --core" >&2; exit 2 ;;
    esac
    shift 2
done
mkdir -p "$out/node"
python=/usr/bin/python3
"$python" -c "import numpy" >/dev/null 2>&1 || { echo "peers: numpy is needed to make the sets; run.sh installs it" >&2; exit 2; }
set="$(cd "$here" && PYTHONDONTWRITEBYTECODE=1 "$python" -c "import datasets, sys; print(datasets.prepare(sys.argv[1], sys.argv[2]))" "$data" "$out")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build "$root/benchmarks/HashDb.Benchmarks" -c Release -m:1 >"$out/build.log" 2>&1 || { tail -20 "$out/build.log" >&2; exit 2; }
echo "== HashDb"
taskset -c "$core" dotnet "$root/benchmarks/HashDb.Benchmarks/bin/Release/net10.0/HashDb.Benchmarks.dll" filters "$set"
echo "== sqlite-vec"
if npm install --silent --no-fund --no-audit --prefix "$out/node" better-sqlite3@12 sqlite-vec@0.1.9 >"$out/node/install.log" 2>&1; then
    taskset -c "$core" node "$here/sqlite_vec.mjs" "$set" "$out/node"
else
    tail -3 "$out/node/install.log" >&2
    echo "skipped: better-sqlite3 and sqlite-vec could not be installed"
fi
