// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "core/base/checked.h"
#include "core/base/text.h"
#include "core/run/runtime.h"

namespace ew {
namespace {

/// A model can declare inputs far larger than anybody would draw numbers for.
constexpr std::int64_t maxInputBytes = std::int64_t{1} << 30;

Status fillRandom(Tensor& tensor, std::mt19937_64& engine) {
  return dispatchType(tensor.dtype(), [&]<class T>() {
    std::uniform_real_distribution<float> unit(0.0F, 1.0F);
    for (T& element : tensor.mutableData<T>()) {
      if constexpr (std::is_integral_v<T>) element = static_cast<T>(engine() % 2);
      else element = static_cast<T>(unit(engine));
    }
  });
}

}  // namespace

Result<std::vector<Tensor>> syntheticInputs(const Graph& graph, std::int64_t dynamicExtent, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<Tensor> out;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    const std::string place = "input " + inQuotes(value.name);
    if (value.dtype == DType::sequence || value.dtype == DType::optional)
      return unsupported("is no tensor but " + std::string(value.dtype == DType::sequence ? "a sequence" : "an optional") +
                         ", for which no values are made up").at(place);
    if (!value.shape || value.dtype == DType::none) return invalid("has no declared type and shape").at(place);
    Dims dims;
    for (const Dim& dim : value.shape->dims()) dims.push_back(dim.known() ? dim.extent : dynamicExtent);
    const auto elements = checkedProduct(dims);
    if (!elements || *elements > maxInputBytes || packedBytes(value.dtype, *elements) > static_cast<std::size_t>(maxInputBytes))
      return limitReached("shape " + dimsText(dims) + " is over 1 GiB").at(place);
    EW_ASSIGN_AT(Tensor tensor, Tensor::create(value.dtype, dims), place);
    if (seed != 0 && value.dtype != DType::string) EW_TRY_AT(fillRandom(tensor, engine), place);
    out.push_back(std::move(tensor));
  }
  return out;
}

}  // namespace ew
