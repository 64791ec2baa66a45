// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string_view>

namespace ew::widgets {

/// Operators of one family share a colour, everywhere and in every model.
enum class OpFamily { Convolution, Matrix, Activation, Normalization, Pooling, Elementwise, Recurrent, Movement, Control, Other };
inline constexpr int kOpFamilies = 10;

OpFamily opFamily(std::string_view opType);
QString opFamilyName(OpFamily family);

}  // namespace ew::widgets
