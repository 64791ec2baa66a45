// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ew::fuzz {

/// One way in for untrusted bytes. Any bytes must lead to a result or an error; what is wrong beyond a signal, an endless
/// run or a sanitizer's complaint (a file that opens but does not survive being written, say) ends the process.
struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
  /// Sound inputs to start from, made here.
  std::vector<std::string> (*seeds)();
  int copies;  ///< damaged copies that the short pass tries: a second or two, sanitized
};

/// Bytes as a model file: import, export, and import of that.
void runLoader(std::string_view bytes);
std::vector<std::string> loaderSeeds();

/// A model and the file that its tensors lie in: a byte count in decimal, a line feed, so many bytes of model, and the rest
/// as the content of "weights.bin" beside it.
void runExternalData(std::string_view bytes);
std::vector<std::string> externalDataSeeds();

/// Bytes as a model file: shape inference with and without extents for what is dynamic, and the facts made from it.
void runInference(std::string_view bytes);

/// Bytes as one node of some operator with its attributes and operands: inference, then the reference code, which must
/// agree with each other.
void runOperator(std::string_view bytes);
std::vector<std::string> operatorSeeds();

inline constexpr Target targets[] = {
    {"loader", runLoader, loaderSeeds, 20'000},
    {"external_data", runExternalData, externalDataSeeds, 2'000},
    {"inference", runInference, loaderSeeds, 20'000},
    {"operator", runOperator, operatorSeeds, 50'000},
};

/// Ends the process with `what` unless `holds`: how a target says that something is wrong.
void require(bool holds, std::string_view what);

}  // namespace ew::fuzz
