// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace ew {

/// A value or an Error. No exception crosses a library boundary; whatever can fail returns one of these.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { assert(ok()); return *std::get_if<0>(&state_); }
  const T& value() const & { assert(ok()); return *std::get_if<0>(&state_); }
  T&& value() && { assert(ok()); return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const & { assert(!ok()); return *std::get_if<1>(&state_); }
  Error&& error() && { assert(!ok()); return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const & { assert(!ok()); return *error_; }
  Error&& error() && { assert(!ok()); return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

inline Status okStatus() { return {}; }

}  // namespace ew

#define EW_CONCAT_(a, b) a##b
#define EW_CONCAT(a, b) EW_CONCAT_(a, b)

/// Returns the error of a Status or Result expression to the caller, if there is one.
#define EW_TRY(expr)                                              \
  do {                                                            \
    if (auto ewStatus_ = (expr); !ewStatus_.ok())                 \
      return std::move(ewStatus_).error();                        \
  } while (false)

/// The same, with a place added to the trail of the error.
#define EW_TRY_AT(expr, place)                                    \
  do {                                                            \
    if (auto ewStatus_ = (expr); !ewStatus_.ok())                 \
      return std::move(ewStatus_).error().at(place);              \
  } while (false)

/// `EW_ASSIGN(auto x, f());` binds the value of a Result, or returns its error to the caller.
#define EW_ASSIGN(lhs, expr) EW_ASSIGN_(EW_CONCAT(ewResult_, __LINE__), lhs, expr)
#define EW_ASSIGN_(tmp, lhs, expr)                 \
  auto tmp = (expr);                               \
  if (!tmp.ok()) return std::move(tmp).error();    \
  lhs = std::move(tmp).value()

#define EW_ASSIGN_AT(lhs, expr, place) EW_ASSIGN_AT_(EW_CONCAT(ewResult_, __LINE__), lhs, expr, place)
#define EW_ASSIGN_AT_(tmp, lhs, expr, place)                 \
  auto tmp = (expr);                                         \
  if (!tmp.ok()) return std::move(tmp).error().at(place);    \
  lhs = std::move(tmp).value()
