// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/layer_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/text.h"

namespace ew::cli {
namespace {

bool isPlain(char c) { return c >= ' ' && c < 127 && c != '"' && c != '\\'; }

/// JSON has no infinity.
std::string plain(double value) { return std::isfinite(value) ? numberText(value) : "null"; }

/// One object: `"key": value` after another.
class ObjectLine {
 public:
  explicit ObjectLine(std::string& out) : out_(out) { out_ += "    {"; }
  ~ObjectLine() { out_ += '}'; }

  void text(const char* key, const std::string& value) {
    name(key);
    if (std::ranges::all_of(value, isPlain)) {
      out_ += '"';
      out_ += value;
      out_ += '"';
    } else {
      out_ += jsonText(escapeControl(value));
    }
  }
  void number(const char* key, std::int64_t value) {
    name(key);
    out_ += std::to_string(value);
  }
  void number(const char* key, double value) {
    name(key);
    out_ += plain(value);
  }
  void raw(const char* key, const std::string& json) {
    name(key);
    out_ += json;
  }

 private:
  void name(const char* key) {
    if (!first_) out_ += ", ";
    first_ = false;
    out_ += '"';
    out_ += key;
    out_ += "\": ";
  }
  std::string& out_;
  bool first_ = true;
};

void addLayer(std::string& out, const analysis::LayerFacts& layer) {
  ObjectLine line(out);
  line.text("name", layer.name);
  line.text("op", layer.op);
  line.text("output_shape", layer.outputShape);
  line.raw("is_layer", layer.isLayer ? "true" : "false");
  line.number("parameters", layer.parameters);
  line.number("weight_bytes", layer.weightBytes);
  line.raw("macs", layer.macsKnown ? std::to_string(layer.macs) : "null");
  line.number("activation_bytes", layer.activationBytes);
  line.number("zeros", layer.zeros);
  line.number("sparsity", layer.sparsity);
  line.number("channels", layer.channels);
  line.number("zero_channels", layer.zeroChannels);
  line.text("weight_precision", layer.weightPrecision);
  line.text("activation_precision", layer.activationPrecision);
  if (layer.weightRange) line.raw("weight_range", "[" + plain(layer.weightRange->low) + ", " + plain(layer.weightRange->high) + "]");
}

}  // namespace

std::string layersJson(std::span<const analysis::LayerFacts> layers) {
  std::string out = "[";
  out.reserve(layers.size() * 300);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    addLayer(out, layers[i]);
  }
  return out + (layers.empty() ? "]" : "\n  ]");
}

}  // namespace ew::cli
