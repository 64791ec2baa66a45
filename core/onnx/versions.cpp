// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/versions.h"

namespace ew::onnx {
namespace {

std::string newer(const std::string& what, std::int64_t version, std::int64_t newest) {
  return what + " version " + std::to_string(version) + " is newer than the newest known, " + std::to_string(newest);
}

}  // namespace

std::string tooNew(const ModelInfo& info) {
  std::string out;
  if (info.irVersion > kNewestIr) out = newer("IR", info.irVersion, kNewestIr);
  const auto main = info.opsets.find("");
  if (main != info.opsets.end() && main->second > kNewestOpset)
    out += (out.empty() ? "" : "; ") + newer("operator set", main->second, kNewestOpset);
  return out;
}

Status requireKnownVersions(const ModelInfo& info) {
  const std::string text = tooNew(info);
  if (text.empty()) return {};
  return unsupported(text);
}

}  // namespace ew::onnx
