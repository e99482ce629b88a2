#!/usr/bin/env bash
# Kills a working database at random moments, then at every fault point, and looks each time whether what was acknowledged is
# there: scripts/kill-test.sh [rounds=200] [seed=1]. Ends with a line that sums up; exit code 0 when nothing was lost.
set -eu
rounds="${1:-200}"
seed="${2:-1}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Storage.Faults"

dotnet build "$project" -c Release -v q -nologo
program="$project/bin/Release/net10.0/HashDb.Storage.Faults.dll"
dotnet "$program" kill "$rounds" "$seed"
dotnet "$program" crash-points "$seed"
