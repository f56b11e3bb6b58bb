#!/bin/sh
# Builds every fuzzer of the engine and runs each for a while: tests/fuzz/run.sh [SECONDS] [BUILD_FOLDER].
# A finding ends the run with a non-zero code; its input stays in the build folder. A fuzzer is X_fuzz.cpp with the
# starting inputs in X_corpus/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-60}
build=${2:-$here/../../build/fuzz}

mkdir -p "$build"
cmake -G Ninja -S "$here/../.." -B "$build" -DCMAKE_CXX_COMPILER="${FUZZ_CXX:-clang++-19}" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DGALE_FUZZ=ON -DGALE_TESTS=OFF -DGALE_PIPELINES=OFF \
  -DGALE_SANITIZE=address,undefined >"$build/configure.log" 2>&1 || {
  cat "$build/configure.log"
  exit 1
}
targets=
for source in "$here"/*_fuzz.cpp; do targets="$targets $(basename "$source" .cpp)"; done
# shellcheck disable=SC2086
ninja -C "$build" --quiet $targets
cd "$build"

for target in $targets; do
  corpus=$here/${target%_fuzz}_corpus
  mkdir -p "found_$target" "planted_$target"
  # A planted crash first: a harness that does not see one proves nothing. The text is in the corpus of the cron fuzzer.
  if [ "$target" = cron_fuzz ] &&
    GALE_FUZZ_PLANT='nov-feb' "bin/$target" -runs=1000 -artifact_prefix="planted_$target/" "$corpus" >"planted_$target.log" 2>&1; then
    echo "$target: the planted crash was not found, the harness is blind" >&2
    exit 1
  fi
  echo "$target: $seconds seconds"
  "bin/$target" -max_total_time="$seconds" -timeout=5 -max_len=4096 -print_final_stats=1 -artifact_prefix="found_$target/" \
    "found_$target" "$corpus" >"$target.log" 2>&1 || {
    tail -40 "$target.log"
    exit 1
  }
  grep -E 'number_of_executed_units|peak_rss' "$target.log"
done
