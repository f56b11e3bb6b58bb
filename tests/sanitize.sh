#!/usr/bin/env bash
# The engine under the compiler's sanitizers: tests/sanitize.sh address|thread [unit|integration [PYTEST ARGUMENTS]]
# `address` is with undefined behaviour. Builds into build/asan or build/tsan; any report fails it and is printed. The
# Python that runs DAG files is not instrumented, nor are SQLite and libpq. Without the pipelines' programs.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-}
part=${2:-all}
case "$kind" in
  address) build=build/asan sanitizers=address,undefined ;;
  thread) build=build/tsan sanitizers=thread ;;
  *)
    echo "usage: ./dev sanitize address|thread [unit|integration [PYTEST ARGUMENTS]]" >&2
    exit 2 ;;
esac
shift $(($# < 2 ? $# : 2))

mkdir -p "$build"
cmake -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-O1 -g1 -Wno-maybe-uninitialized" -DGALE_PIPELINES=OFF -DGALE_SANITIZE=$sanitizers \
  -B "$build" >"$build/configure.log" || {
  cat "$build/configure.log"
  exit 1
}
ninja -C "$build" --quiet

reports=$PWD/$build/reports
rm -rf "$reports"
mkdir -p "$reports"
common="log_path=$reports/report:exitcode=66"
# Some tests preload a library of their own: a clock that jumps, a disk that fails. Leaks are not looked for.
export ASAN_OPTIONS="$common:detect_leaks=0:verify_asan_link_order=0"
export UBSAN_OPTIONS="$common:print_stacktrace=1:halt_on_error=1"
# Tests of the store fork processes of their own.
export TSAN_OPTIONS="$common:second_deadlock_stack=1:die_after_fork=0"
# ThreadSanitizer makes vfork a fork, so that a child's error does not reach its parent.
skipped=()
[ "$kind" = thread ] && skipped=(-E '^Spawn\.')
failed=0
if [ "$part" = all ] || [ "$part" = unit ]; then
  # The tables of the sanitizers' own memory make everything several times slower: one after another, with more time.
  ctest --test-dir "$build" --output-on-failure --no-tests=error -j 2 --timeout 600 "${skipped[@]}" || failed=1
fi
if [ "$part" = all ] || [ "$part" = integration ]; then
  # The two left out run the pipelines' programs.
  GALE_BUILD=$build .venv-build/bin/python -m pytest -q tests/integration --ignore tests/integration/test_main_job.py \
    --ignore tests/integration/test_zero_shot_backfill.py "$@" || failed=1
fi
for report in "$reports"/report*; do
  [ -e "$report" ] || continue
  failed=1
  echo "--- $report"
  head -60 "$report"
done
exit $failed
