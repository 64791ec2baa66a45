// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/tensor/tensor.h"

namespace ew {

/// An attribute that nothing here interprets (a list of graphs, a type, a sparse tensor, something newer): the bytes of
/// its protobuf message, so that export gives back what import read.
struct OpaqueAttribute {
  int type = 0;        ///< AttributeProto.AttributeType
  std::string bytes;   ///< serialized AttributeProto
};

/// A graph inside a node: the branch of an If, the body of a Loop or Scan (core/graph/graph.h).
struct Subgraph;
using SubgraphPtr = std::shared_ptr<const Subgraph>;

using AttributeValue = std::variant<std::int64_t, float, std::string, Tensor, std::vector<std::int64_t>,
                                    std::vector<float>, std::vector<std::string>, SubgraphPtr, OpaqueAttribute>;

/// Attributes of a node by name.
class Attributes {
 public:
  bool has(const std::string& name) const { return values_.contains(name); }
  void set(const std::string& name, AttributeValue value) { values_.insert_or_assign(name, std::move(value)); }
  void remove(const std::string& name) { values_.erase(name); }

  /// The value when it is there with that type, else the default.
  std::int64_t getInt(const std::string& name, std::int64_t otherwise) const { return get<std::int64_t>(name, otherwise); }
  float getFloat(const std::string& name, float otherwise) const { return get<float>(name, otherwise); }
  std::string getString(const std::string& name, std::string otherwise) const { return get<std::string>(name, std::move(otherwise)); }
  std::vector<std::int64_t> getInts(const std::string& name, std::vector<std::int64_t> otherwise = {}) const {
    return get<std::vector<std::int64_t>>(name, std::move(otherwise));
  }
  std::vector<float> getFloats(const std::string& name, std::vector<float> otherwise = {}) const {
    return get<std::vector<float>>(name, std::move(otherwise));
  }
  std::vector<std::string> getStrings(const std::string& name) const { return get<std::vector<std::string>>(name, {}); }
  const Tensor* getTensor(const std::string& name) const { return find<Tensor>(name); }

  template <class T>
  const T* find(const std::string& name) const {
    const auto it = values_.find(name);
    return it == values_.end() ? nullptr : std::get_if<T>(&it->second);
  }
  const std::map<std::string, AttributeValue>& all() const { return values_; }

 private:
  template <class T>
  T get(const std::string& name, T otherwise) const {
    const T* found = find<T>(name);
    return found != nullptr ? *found : std::move(otherwise);
  }
  std::map<std::string, AttributeValue> values_;
};

}  // namespace ew
