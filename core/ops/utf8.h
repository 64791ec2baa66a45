// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace ew::ops {

/// Code points of a text. A byte that is no UTF-8 becomes U+DC80 + (byte - 0x80), which encodeUtf8() turns back.
std::u32string decodeUtf8(std::string_view text);
std::string encodeUtf8(std::u32string_view points);

/// Simple case mapping, one code point to one, the same in every locale.
char32_t lowered(char32_t point);
char32_t raised(char32_t point);
std::string lowered(std::string_view text);
std::string raised(std::string_view text);

}  // namespace ew::ops
