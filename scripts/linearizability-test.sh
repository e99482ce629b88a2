#!/usr/bin/env bash
# Eight threads write and read the same few records while all maintenance runs beside them, in this process and over TCP, so many seconds
# each: scripts/linearizability-test.sh [seconds=600] [seed]. Prints the seed and the calls by kind. Exit code 0 when every answer was that
# of some order of the operations: none stale, missing, from the future, torn or doubled. A wrong one is printed with its history.
set -eu
seconds="${1:-600}"
seed="${2:-$RANDOM}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Server.Tests"

dotnet build "$project" -c Release -v q -nologo
echo "seed $seed"
HASHDB_LINEARIZABILITY_SECONDS="$seconds" HASHDB_LINEARIZABILITY_SEED="$seed" \
    "$project/bin/Release/net10.0/HashDb.Server.Tests" -class HashDb.Server.Tests.Linearizability.LinearizabilityTests -showLiveOutput
