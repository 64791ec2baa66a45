#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and starts Edgewright: the studio on the sample project when there is a display,
# else the sample recipe without one. Arguments, if any, go to the program instead.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

ensure_dependencies
build_preset release edgewright
program=$edgewright_root/build/release/bin/edgewright
if [ $# -gt 0 ]; then
  exec "$program" "$@"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "opening the studio on the sample project"
  exec "$program" "$edgewright_root/resources/samples/fashion.yaml"
else
  say "no display: running the sample recipe (resources/samples/fashion.yaml)"
  exec "$program" --batch "$edgewright_root/resources/samples/fashion.yaml"
fi
