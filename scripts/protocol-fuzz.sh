#!/usr/bin/env bash
# The protocol's codec against random and damaged frames, at length: ROUNDS random, changed and foreign bodies of every kind of
# message (a million each by default). The same tests as always, which otherwise take a few hundred.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-1000000}
dotnet build tests/HashDb.Client.Tests -c Release
HASHDB_PROTOCOL_FUZZ=$rounds tests/HashDb.Client.Tests/bin/Release/net10.0/HashDb.Client.Tests \
    -class HashDb.Client.Tests.Protocol.CodecTests
