// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::data {

/// Decode, colour order, resize, crop or letterbox, then value = (x * scale - mean) / std per channel, then layout.
struct Preprocess {
  std::string color = "rgb";   ///< rgb | bgr | gray; images only
  std::int64_t resize = 0;     ///< shorter side; 0: none
  std::int64_t crop = 0;       ///< centre square; 0: none
  std::int64_t letterbox = 0;  ///< longer side; the image at the top left of a square of 114; 0: none
  double scale = 1;
  std::vector<double> mean, std;  ///< one a channel, or one for all, or none
  std::string layout;             ///< "nchw", "nhwc", or "" to follow the model's input
};

/// Where samples come from (command line: --data; recipe: data.calibration, data.evaluation).
struct DataSpec {
  enum class Kind { Images, Npz, Npy, Idx, Cifar } kind = Kind::Images;
  std::filesystem::path source;  ///< folder or file, resolved
  std::string inputsKey;         ///< npz: array of inputs
  std::string labels;            ///< file (resolved path), or npz array name; empty: unlabelled
  std::string metric = "top1";
  Preprocess preprocess;
  std::int64_t limit = 0, skip = 0;  ///< 0: all
};

/// Reads a spec object. Unknown keys and wrong types are Invalid and name the key (and its near miss).
/// Relative paths are resolved against `baseDir`; `place` is the JSON pointer of the object, for messages.
Result<DataSpec> parseDataSpec(const nlohmann::json& json, const std::filesystem::path& baseDir,
                               const std::string& place = "");
/// `text` is a YAML / JSON file's path, or the same inline ("{npz: a.npz, inputs: x}").
Result<DataSpec> parseDataSpecText(const std::string& text, const std::filesystem::path& baseDir);
nlohmann::json toJson(const DataSpec& spec);

struct Sample {
  Tensor input;             ///< one sample with a leading batch extent of 1, typed and laid out for the model
  std::int64_t label = -1;  ///< -1: unlabelled
  std::string name;         ///< file name or index, for messages
};

/// Samples by index, decoded when asked for.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  virtual bool labelled() const = 0;
  virtual Result<Sample> sample(std::int64_t index) const = 0;
};

/// Opens a dataset for a model input of this type and shape (dynamic batch allowed; extents of the sample must fit:
/// Invalid says both shapes). Io when files are missing, Invalid when malformed.
Result<std::shared_ptr<const Dataset>> openDataset(const DataSpec& spec, DType inputType,
                                                   const std::optional<Shape>& inputShape);

}  // namespace ew::data
