// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include <algorithm>

namespace ew::fuzz {
namespace {

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, std::mt19937& random) : seeds_(seeds), random_(random) {}

  std::string run() {
    std::string bytes = anySeed();
    // Most copies keep their length, or the lengths written in them would hardly ever be right and little would be reached.
    if (below(4) > 0) {
      for (std::size_t times = 1 + below(3); times > 0 && !bytes.empty(); --times) overwrite(bytes);
      return bytes;
    }
    for (std::size_t times = 1 + below(4); times > 0; --times) reshape(bytes);
    return bytes;
  }

 private:
  // Not std::uniform_int_distribution, which differs between libraries.
  std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }
  const std::string& anySeed() { return seeds_[below(seeds_.size())]; }

  void overwrite(std::string& bytes) {
    char& byte = bytes[below(bytes.size())];
    switch (below(3)) {
      case 0: byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(8))); break;
      case 1: byte = "\x00\x01\x02\x7f\x80\xff\x08\x2a"[below(8)]; break;
      default: byte = bytes[below(bytes.size())];
    }
  }

  void reshape(std::string& bytes) {
    const std::size_t at = below(bytes.size());
    const std::size_t length = std::min(1 + below(12), bytes.size() - at);
    switch (below(4)) {
      case 0: bytes.erase(at, length); break;
      case 1: bytes.insert(at, bytes.substr(at, length)); break;
      case 2: bytes.insert(at, std::string("\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9)); break;
      default: {
        const std::string& other = anySeed();
        const std::size_t from = below(other.size());
        bytes.replace(at, length, other.substr(from, 1 + below(40)));
      }
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937& random_;
};

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, std::mt19937& random) { return Mutator(seeds, random).run(); }

}  // namespace ew::fuzz
