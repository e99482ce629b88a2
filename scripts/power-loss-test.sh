#!/usr/bin/env bash
# Records the system calls of a working database and opens states of its files as a loss of power after a random call may leave them:
# scripts/power-loss-test.sh [states=10000] [seed=1]. Ends with a line that sums up; exit code 0 when nothing acknowledged was lost.
# Needs Linux on x64 or Arm64; root and a compiler are not needed.
set -eu
states="${1:-10000}"
seed="${2:-1}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Storage.Faults"

dotnet build "$project" -c Release -v q -nologo
dotnet "$project/bin/Release/net10.0/HashDb.Storage.Faults.dll" power-loss "$states" "$seed"
