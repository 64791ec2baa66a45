#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test. --sanitize builds and runs them with AddressSanitizer and
# UndefinedBehaviorSanitizer. Other arguments go to ctest (for example: -R ops).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

preset=release
if [ "${1:-}" = --sanitize ]; then
  preset=asan
  shift
fi
ensure_dependencies
build_preset "$preset"

# ONNX Runtime is the independent truth of the cross-check tests.
venv=$edgewright_root/build/venv
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import onnxruntime' 2>/dev/null; then
  say "installing ONNX Runtime from PyPI into build/venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" -q install --disable-pip-version-check onnxruntime numpy || say "ONNX Runtime is not available: its cross-checks will be skipped"
fi
export EDGEWRIGHT_PYTHON=$venv/bin/python
export QT_QPA_PLATFORM=offscreen
# A software Vulkan device, so that the shaders run on every machine.
for icd in /usr/share/vulkan/icd.d/lvp_icd.*.json; do
  [ -f "$icd" ] && export VK_ICD_FILENAMES=$icd
done
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
[ -n "${EDGEWRIGHT_POOL:-}" ] || say "EDGEWRIGHT_POOL is not set: tests on real models will say that they skip"

say "running the tests"
ctest --test-dir "$edgewright_root/build/$preset" --output-on-failure -j "$(nproc)" "$@"
