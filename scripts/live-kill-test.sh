#!/usr/bin/env bash
# Kills a working database while it moves between models (re-index, rollback, compaction, giving up the kept generation) and
# looks each time whether the live generation is the old or the new one, whether what was acknowledged is there, and whether
# probes and searches are what the live model makes of it: scripts/live-kill-test.sh [rounds=200] [seed=1]. Ends with a line
# that sums up; exit code 0 when nothing was lost.
set -eu
rounds="${1:-200}"
seed="${2:-1}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Storage.Faults"

dotnet build "$project" -c Release -v q -nologo
dotnet "$project/bin/Release/net10.0/HashDb.Storage.Faults.dll" live-kill "$rounds" "$seed"
