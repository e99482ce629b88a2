#!/usr/bin/env bash
# Compares batches of given hashcodes within a radius with FAISS's IndexBinaryHash, MultiHash and Flat, on one thread.
#   benchmarks/peers/radius.sh [--rows N] [--bits 32,64,128] [--data uniform,clustered] [--radii R,...] [--seconds N] [--rounds N] [--core N]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$here/out"
mkdir -p "$out"
python=/usr/bin/python3
if ! "$python" -c "import faiss" >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-faiss; } >/dev/null 2>&1 ||
        { echo "peers: python3-faiss could not be installed" >&2; exit 2; }
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build "$root/benchmarks/HashDb.Benchmarks" -c Release -m:1 >"$out/build.log" 2>&1 || { tail -20 "$out/build.log" >&2; exit 2; }
exec env PYTHONDONTWRITEBYTECODE=1 "$python" "$here/radius.py" \
    --net "$root/benchmarks/HashDb.Benchmarks/bin/Release/net10.0/HashDb.Benchmarks.dll" "$@"
