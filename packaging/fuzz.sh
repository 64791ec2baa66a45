#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes what reads files from strangers, with libFuzzer under AddressSanitizer and UndefinedBehaviorSanitizer.
#   bash packaging/fuzz.sh [MINUTES [TARGET...]]      ten minutes for each target of tests/fuzz unless said otherwise
# What a target cannot take is left in build/fuzz/found/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

minutes=${1:-10}
[ $# -gt 0 ] && shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(loader external_data inference operator)

ensure_dependencies
ensure_packages clang-14 libclang-rt-14-dev libomp-14-dev
build_preset fuzz "${targets[@]/#/fuzz_}"

mkdir -p "$edgewright_root/build/fuzz/found"
failed=()
for target in "${targets[@]}"; do
  corpus=$edgewright_root/build/fuzz/corpus/$target
  mkdir -p "$corpus"
  say "fuzzing $target for $minutes min"
  EDGEWRIGHT_FUZZ_SEEDS=$corpus "$edgewright_root/build/fuzz/bin/fuzz_$target" -runs=0 "$corpus" 2>/dev/null || true
  # The official operator models reach deeper than made-up ones.
  case $target in loader | inference)
    find /usr/share/libonnx-testdata -name '*.onnx' -size -8k 2>/dev/null | while read -r model; do
      cp -n "$model" "$corpus/$(echo "$model" | md5sum | cut -c1-16)"
    done ;;
  esac
  "$edgewright_root/build/fuzz/bin/fuzz_$target" -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -print_final_stats=1 -artifact_prefix="$edgewright_root/build/fuzz/found/$target-" "$corpus" || failed+=("$target")
done
[ ${#failed[@]} -eq 0 ] || die "found something in: ${failed[*]} (see build/fuzz/found)"
say "nothing found"
