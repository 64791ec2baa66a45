// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

namespace ew::onnx {
namespace pb = ::onnx;  // the protobuf classes; nothing outside this folder sees them
}
