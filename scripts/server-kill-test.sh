#!/usr/bin/env bash
# Kills a real server with SIGKILL while four clients import, three times a round: scripts/server-kill-test.sh [rounds=50].
# Exit code 0 when the clients went on by themselves and every item was there exactly once in the end, in every round.
set -eu
rounds="${1:-50}"
root="$(cd "$(dirname "$0")/.." && pwd)"
project="$root/tests/HashDb.Server.Tests"

dotnet build "$project" -c Release -v q -nologo
HASHDB_SERVER_KILL_ROUNDS="$rounds" "$project/bin/Release/net10.0/HashDb.Server.Tests" -class HashDb.Server.Tests.KillTests -showLiveOutput \
    | grep -E 'round [0-9]+:|FAIL|Total:'
exit "${PIPESTATUS[0]}"
