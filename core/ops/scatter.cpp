// SPDX-License-Identifier: Apache-2.0
#include "core/ops/scatter.h"

#include "core/ops/attributes.h"
#include "core/ops/broadcast.h"
#include "core/ops/dispatch.h"
#include "core/ops/indices.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

constexpr auto wrappingAdd = [](auto a, auto b) {
  using T = decltype(a);
  if constexpr (std::is_integral_v<T>) return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else return a + b;
};
constexpr auto wrappingMul = [](auto a, auto b) {
  using T = decltype(a);
  if constexpr (std::is_integral_v<T>) return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else return a * b;
};
constexpr auto larger = [](auto a, auto b) { return b > a || b != b ? b : a; };
constexpr auto smaller = [](auto a, auto b) { return b < a || b != b ? b : a; };

template <class T, auto F>
void joinRun(const Tensor& updates, std::int64_t from, Tensor& out, std::int64_t to, std::int64_t count) {
  const T* source = updates.data<T>().data() + from;
  T* target = out.mutableData<T>().data() + to;
  for (std::int64_t i = 0; i < count; ++i)
    target[i] = static_cast<T>(F(static_cast<Wide<T>>(target[i]), static_cast<Wide<T>>(source[i])));
}

}  // namespace

Result<Scatterer> Scatterer::create(const Node& node, const Tensor& out, const Tensor& updates) {
  if (updates.dtype() != out.dtype()) return invalid("updates and data differ in element type");
  Scatterer made;
  const std::string reduction = node.attributes.getString("reduction", "none");
  if (reduction == "none") return made;
  if (reduction != "add" && reduction != "mul" && reduction != "max" && reduction != "min")
    return invalid("reduction is '" + reduction + "', not none, add, mul, max or min");
  EW_TRY(dispatchNumber(out.dtype(), [&]<class T>() {
    if (reduction == "add") made.join_ = joinRun<T, wrappingAdd>;
    else if (reduction == "mul") made.join_ = joinRun<T, wrappingMul>;
    else if (reduction == "max") made.join_ = joinRun<T, larger>;
    else made.join_ = joinRun<T, smaller>;
  }));
  return made;
}

void Scatterer::write(const Tensor& updates, std::int64_t from, Tensor& out, std::int64_t to, std::int64_t count) const {
  if (join_ == nullptr) copyRun(updates, from, out, to, count);
  else join_(updates, from, out, to, count);
}

Status computeScatterElements(ComputeContext& context) {
  const Tensor& indices = context.inputs[1];
  const Tensor& updates = context.inputs[2];
  Tensor out = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), out.rank()));
  EW_TRY(checkElementIndices(out, indices, axis));
  if (updates.dims() != indices.dims())
    return invalid("updates of shape " + dimsText(updates.dims()) + " and indices of shape " + dimsText(indices.dims()) + " differ");
  EW_ASSIGN(const std::vector<std::int64_t> positions, axisIndices(indices, out.dim(axis)));
  EW_ASSIGN(const Scatterer scatterer, Scatterer::create(context.node, out, updates));
  Dims strides = stridesOf(out.dims());
  const std::int64_t along = strides[axis];
  strides[axis] = 0;
  Walk<1> walk(indices.dims(), {strides});
  for (std::int64_t i = 0; i < updates.size(); ++i, walk.next())
    scatterer.write(updates, i, out, walk.offset(0) + positions[static_cast<std::size_t>(i)] * along, 1);
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace ew::ops
