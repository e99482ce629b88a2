#!/usr/bin/env bash
# Lets each system call of a working database fail in turn, with each error that it may end with, and looks whether what was acknowledged
# is there and what was refused is not; also when the power goes soon after: scripts/system-call-fault-test.sh [cases=all] [seed=1].
# Ends with a line that sums up; exit code 0 when all was as it must be. Needs Linux on x64 or Arm64; root and a compiler are not needed.
set -eu
cases="${1:-all}"
seed="${2:-1}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Storage.Faults"

dotnet build "$project" -c Release -v q -nologo
dotnet "$project/bin/Release/net10.0/HashDb.Storage.Faults.dll" call-faults "$cases" "$seed"
