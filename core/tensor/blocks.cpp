// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/blocks.h"

#include "core/base/mapped_file.h"

namespace ew {

Status forEachBlock(const Tensor& tensor, const std::function<Status(std::span<const std::byte>)>& use) {
  constexpr std::size_t blockBytes = std::size_t{16} << 20;
  const std::span<const std::byte> all = tensor.storedBytes();
  for (std::size_t at = 0; at < all.size(); at += blockBytes) {
    const std::span<const std::byte> block = all.subspan(at, std::min(blockBytes, all.size() - at));
    EW_TRY(use(block));
    if (tensor.isMapped()) releaseMappedPages(block);
  }
  tensor.releasePages();  // also the pages across two blocks
  return {};
}

bool sameBytes(const Tensor& a, const Tensor& b) {
  if (a.byteSize() != b.byteSize()) return false;
  if (a.storage() == b.storage()) return true;
  std::size_t at = 0;
  bool same = true;
  (void)forEachBlock(a, [&](std::span<const std::byte> block) -> Status {
    const std::span<const std::byte> other = b.storedBytes().subspan(at, block.size());
    at += block.size();
    same = std::memcmp(block.data(), other.data(), block.size()) == 0;
    if (!same) return invalid("they differ");  // no need to read on
    if (b.isMapped()) b.releasePages();
    return {};
  });
  return same;
}

}  // namespace ew
