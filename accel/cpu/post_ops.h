// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/builder.h"

namespace ew::cpu {

/// How a layer adds the group's residual value.
enum class ResidualWay {
  Sum,     ///< the destination already holds it
  Binary,  ///< it is read beside the destination
};

/// oneDNN attributes for a group's post-ops, with the scratchpad in our arena. `residualDesc` is for Binary.
dnnl::primitive_attr attributesFor(const Group& group, ResidualWay way, const Desc& residualDesc = {});

/// The value that the group adds; kNone when there is none.
ValueId residualOf(const Group& group);

/// A place for the group's output that already holds the residual: over the residual itself where nobody needs it any
/// more and the layer does not read it (`source`) too, else a copy.
SlotId placeOverResidual(Builder& builder, const Group& group, const Desc& desc, SlotId source);

/// Whether the residual must be kept and lies in layout `desc` already, so that reading it beside the destination saves a
/// copy.
bool residualStays(Builder& builder, const Group& group, const Desc& desc, SlotId source);

/// The argument of a Binary residual.
DnnlArg residualArg(Builder& builder, const Group& group);

}  // namespace ew::cpu
