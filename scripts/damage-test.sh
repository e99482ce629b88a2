#!/usr/bin/env bash
# Damages every byte of small databases in several ways, opens, verifies and repairs them: scripts/damage-test.sh takes ten
# minutes on two idle cores; scripts/damage-test.sh CASES [seed=1] takes so many cases of each kind for each file. Ends with the
# outcomes and a line that sums up; exit code 0 when every answer was right or a typed error.
set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Storage.Faults"

dotnet build "$project" -c Release -v q -nologo
dotnet "$project/bin/Release/net10.0/HashDb.Storage.Faults.dll" damage "$@"
