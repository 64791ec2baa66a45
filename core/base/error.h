// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ew {

/// What kind of failure an Error is. Each kind has one documented process exit code (exitCode()).
enum class ErrorCode {
  Internal,      ///< our own bug (exit 1)
  Usage,         ///< wrong command line (2)
  GateNotMet,    ///< a recipe gate was not met (3)
  Unsupported,   ///< operator, opset or type that no code here implements (4)
  Io,            ///< cannot read or write (5)
  Limit,         ///< a stated limit was reached (6)
  Differs,       ///< results differ from the recorded ones (7)
  Invalid,       ///< the model, data or recipe is invalid (65)
  Unavailable,   ///< device or backend unavailable (69)
  TimedOut,      ///< (124)
  Interrupted,   ///< cancelled by the user (130)
};

int exitCode(ErrorCode code);
std::string_view errorCodeName(ErrorCode code);

/// One failure with the trail of where it happened: file, node, tensor or key, outermost first.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  std::vector<std::string> where;

  Error() = default;
  Error(ErrorCode c, std::string text) : code(c), message(std::move(text)) {}

  /// Prepends a place: each level that passes an error up says where it was.
  Error at(std::string place) &&;
  Error at(std::string place) const &;

  /// "file.onnx: node 'conv1': message", control characters escaped, always one line.
  std::string text() const;
};

inline Error invalid(std::string text) { return {ErrorCode::Invalid, std::move(text)}; }
inline Error unsupported(std::string text) { return {ErrorCode::Unsupported, std::move(text)}; }
inline Error ioError(std::string text) { return {ErrorCode::Io, std::move(text)}; }
inline Error limitReached(std::string text) { return {ErrorCode::Limit, std::move(text)}; }
inline Error internalError(std::string text) { return {ErrorCode::Internal, std::move(text)}; }
inline Error unavailable(std::string text) { return {ErrorCode::Unavailable, std::move(text)}; }
inline Error usageError(std::string text) { return {ErrorCode::Usage, std::move(text)}; }
inline Error cancelledError() { return {ErrorCode::Interrupted, "cancelled"}; }

}  // namespace ew
