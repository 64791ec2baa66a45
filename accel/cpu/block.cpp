// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/block.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace ew::cpu {
namespace {

constexpr std::size_t cacheLine = 64;
constexpr std::size_t largePage = std::size_t{2} << 20;

std::shared_ptr<std::byte[]> smallBlock(std::size_t bytes) {
  constexpr std::align_val_t alignment{cacheLine};
  auto* block = static_cast<std::byte*>(::operator new[](std::max<std::size_t>(bytes, 1), alignment));
  std::memset(block, 0, bytes);
  return {block, [](std::byte* p) { ::operator delete[](p, alignment); }};
}

/// Pages of its own, from a border of large pages on.
std::shared_ptr<std::byte[]> largeBlock(std::size_t bytes) {
  const std::size_t reserved = bytes + largePage;
  void* const pages = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  const auto address = reinterpret_cast<std::uintptr_t>(pages);
  auto* const block = static_cast<std::byte*>(pages) + (largePage - address % largePage) % largePage;
  madvise(block, bytes / largePage * largePage, MADV_HUGEPAGE);  // advice: without it there are only small pages
  return {block, [pages, reserved](std::byte*) { munmap(pages, reserved); }};
}

}  // namespace

std::shared_ptr<std::byte[]> makeBlock(std::size_t bytes) { return bytes < largePage ? smallBlock(bytes) : largeBlock(bytes); }

}  // namespace ew::cpu
