#!/bin/sh
# Fuzzes what comes from outside, model folders and files of records: model_folder.sh [SECONDS] [BUILD_FOLDER].
# A finding ends the run with a non-zero code; its input stays in the build folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-60}
build=${2:-$here/../../../build/model-fuzz}

mkdir -p "$build"
cmake -G Ninja -S "$here/.." -B "$build" -DCMAKE_CXX_COMPILER="${CXX:-clang++-19}" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DZERO_SHOT_FUZZ=ON -DZERO_SHOT_TESTS=OFF >"$build/cmake.log" 2>&1 || {
  cat "$build/cmake.log"
  exit 1
}
ninja -C "$build" --quiet zero_shot_safetensors_model_fuzz \
  zero_shot_planted_model_fuzz zero_shot_tokenizer_json_fuzz zero_shot_sentencepiece_fuzz zero_shot_records_fuzz zero_shot_pickle_fuzz
cd "$build"
mkdir -p corpus_safetensors

# A small whole file to start from.
header='{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
printf '\066\000\000\000\000\000\000\000%s1234' "$header" >corpus_safetensors/whole

echo "planted mistake: has to be found"
if bin/zero_shot_planted_model_fuzz -max_total_time=60 corpus_safetensors >planted.log 2>&1; then
  echo "it was not found: the harness is blind" >&2
  exit 1
fi
echo "safetensors: $seconds seconds"
bin/zero_shot_safetensors_model_fuzz -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
  -artifact_prefix=safetensors_ corpus_safetensors >safetensors.log 2>&1 || {
  tail -60 safetensors.log
  exit 1
}
grep -E 'number_of_executed_units|peak_rss' safetensors.log

for kind in tokenizer_json sentencepiece records pickle; do
  echo "$kind: $seconds seconds"
  mkdir -p "found_$kind"
  "bin/zero_shot_${kind}_fuzz" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
    -artifact_prefix="${kind}_" "found_$kind" "$here/corpus/$kind" >"$kind.log" 2>&1 || {
    tail -60 "$kind.log"
    exit 1
  }
  grep -E 'number_of_executed_units|peak_rss' "$kind.log"
done
