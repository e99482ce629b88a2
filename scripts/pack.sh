#!/usr/bin/env bash
# Makes the packages: scripts/pack.sh OUT [VERSION] writes every library of src, its symbols and the tool HashDb.Tool into the
# folder OUT, under the version of Directory.Build.props or the one given. It builds in a folder of its own, so that it may run
# beside another build. The code is not analysed again: .ci/run does that. One commit gives the same bytes wherever and whenever
# it is packed: folders are named in no file, and every entry has the time of the commit.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: scripts/pack.sh OUT [VERSION]" >&2
    exit 2
fi
mkdir -p "$1"
out="$(cd "$1" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export PathMap="$work=/_/artifacts"
SOURCE_DATE_EPOCH="$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 946684800)"
export SOURCE_DATE_EPOCH

dotnet msbuild "$root/scripts/pack.proj" -restore -t:Pack -m -v:q -nologo -nodeReuse:false \
    -p:Configuration=Release -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false -p:UseSharedCompilation=false \
    -p:ArtifactsPath="$work" -p:PackageOutputPath="$out" ${2:+-p:Version="$2"}
ls "$out"
