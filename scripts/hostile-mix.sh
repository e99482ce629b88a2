#!/usr/bin/env bash
# One healthy client of a server beside many that mean harm: scripts/hostile-mix.sh [minutes=30] [attack...]; the names of the attacks
# stand in HostileAttack.cs, without one all are made. The attackers have one core, the server and the healthy client the other. Prints
# the healthy client's 99th percentile without and with attack, the server's memory against its bound, and descriptors and threads
# before and after. Exit code 0 when every bound held.
set -eu
minutes="${1:-30}"
attacks=("${@:2}")
root="$(cd "$(dirname "$0")/.." && pwd)"
if [ "$(nproc)" -lt 2 ] || ! command -v taskset >/dev/null; then
    echo "hostile-mix.sh needs two cores and taskset." >&2
    exit 2
fi

dotnet build "$root/src/HashDb.Cli" -c Release -v q -nologo
dotnet build "$root/benchmarks/HashDb.Benchmarks" -c Release -v q -nologo
hashdb="$root/src/HashDb.Cli/bin/Release/net10.0/hashdb"
benchmarks="$root/benchmarks/HashDb.Benchmarks/bin/Release/net10.0/HashDb.Benchmarks"
work="$(mktemp -d)"
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; wait || true; rm -rf "$work"' EXIT

token() {
    "$hashdb" token --scope "$1" >"$work/$1" 2>&1
    grep -oE "$1:[0-9a-f]+" "$work/$1" >>"$work/tokens"
    grep -oE 'hashdb_[A-Za-z0-9_-]+' "$work/$1" | head -1
}
admin="$(token admin)"
read="$(token read)"
ulimit -n 4096 2>/dev/null || true
taskset -c 0 "$hashdb" serve "$work/db" --listen 127.0.0.1:0 --http off --tokens "$work/tokens" --json >"$work/out" 2>"$work/log" &
server=$!
for _ in $(seq 100); do grep -q listening "$work/out" && break; sleep .1; done
address="$(grep -oE '127\.0\.0\.1:[0-9]+' "$work/out" | head -1)"

result=0
taskset -c 0 "$benchmarks" hostile-mix "$address" "$server" "$admin" "$read" "$minutes" "${attacks[@]}" || result=$?
kill "$server"
wait "$server" || result=1
server=
exit "$result"
