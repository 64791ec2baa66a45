// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include "core/base/text.h"

namespace ew {

int exitCode(ErrorCode code) {
  switch (code) {
    case ErrorCode::Internal: return 1;
    case ErrorCode::Usage: return 2;
    case ErrorCode::GateNotMet: return 3;
    case ErrorCode::Unsupported: return 4;
    case ErrorCode::Io: return 5;
    case ErrorCode::Limit: return 6;
    case ErrorCode::Differs: return 7;
    case ErrorCode::Invalid: return 65;
    case ErrorCode::Unavailable: return 69;
    case ErrorCode::TimedOut: return 124;
    case ErrorCode::Interrupted: return 130;
  }
  return 1;
}

std::string_view errorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::Internal: return "internal";
    case ErrorCode::Usage: return "usage";
    case ErrorCode::GateNotMet: return "gate-not-met";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Io: return "io";
    case ErrorCode::Limit: return "limit";
    case ErrorCode::Differs: return "differs";
    case ErrorCode::Invalid: return "invalid";
    case ErrorCode::Unavailable: return "unavailable";
    case ErrorCode::TimedOut: return "timed-out";
    case ErrorCode::Interrupted: return "interrupted";
  }
  return "internal";
}

Error Error::at(std::string place) && {
  where.insert(where.begin(), std::move(place));
  return std::move(*this);
}

Error Error::at(std::string place) const & {
  Error copy = *this;
  return std::move(copy).at(std::move(place));
}

std::string Error::text() const {
  std::string out;
  for (const std::string& place : where) {
    out += place;
    out += ": ";
  }
  return escapeControl(out + message);
}

}  // namespace ew
