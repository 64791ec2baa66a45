// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/attributes.h"
#include "core/ops/elementwise.h"
#include "core/ops/int_operand.h"

namespace ew::ops {

/// Output 0 is the running join (sum or product) of input 0 along the axis that input 1 names; attributes exclusive
/// and reverse. Floats run in double, integers wrap.
template <class F>
Status computeCumulative(ComputeContext& context, int start, F join) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const std::int64_t named, intOf(context.inputs[1], "axis"));
  EW_ASSIGN(const std::size_t axis, normalizedAxis(named, x.rank()));
  const bool exclusive = context.node.attributes.getInt("exclusive", 0) != 0;
  const bool reverse = context.node.attributes.getInt("reverse", 0) != 0;
  EW_ASSIGN(Tensor out, Tensor::create(x.dtype(), x.dims()));
  if (out.size() > 0) {
    const std::int64_t extent = x.dim(axis);
    const std::int64_t inner = stridesOf(x.dims())[axis];
    EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() {
      using A = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;
      const std::span<const T> from = x.data<T>();
      const std::span<T> to = out.mutableData<T>();
      for (std::int64_t line = 0; line < x.size() / extent; ++line) {
        const std::int64_t first = line / inner * extent * inner + line % inner;
        auto running = static_cast<A>(start);
        for (std::int64_t i = 0; i < extent; ++i) {
          const auto at = static_cast<std::size_t>(first + (reverse ? extent - 1 - i : i) * inner);
          const A next = join(running, static_cast<A>(static_cast<Wide<T>>(from[at])));
          to[at] = static_cast<T>(static_cast<Wide<T>>(exclusive ? running : next));
          running = next;
        }
      }
    }));
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace ew::ops
