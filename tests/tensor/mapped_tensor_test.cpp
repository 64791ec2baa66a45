// SPDX-License-Identifier: Apache-2.0
// Tensors over bytes at any address, as protobuf puts them into files.
#include <gtest/gtest.h>

#include <numeric>

#include "core/tensor/tensor.h"
#include "tests/support/mapped_bytes.h"

namespace ew {
namespace {

std::vector<float> upTo(std::size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0F);
  return values;
}

/// Floats 0, 1, 2, ... that begin `shift` bytes behind an aligned address.
Tensor shifted(std::size_t count, std::size_t shift) { return test::mappedTensor(Tensor::vector(upTo(count)), shift); }

std::vector<float> elements(const Tensor& tensor) {
  const auto data = tensor.data<float>();
  return {data.begin(), data.end()};
}

bool isAligned(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % alignof(float) == 0; }

TEST(MappedTensor, ElementsAreAlignedWhereverTheBytesLie) {
  for (const std::size_t count : {7U, 5000U})
    for (std::size_t shift = 0; shift < 8; ++shift) {
      const Tensor tensor = shifted(count, shift);
      EXPECT_TRUE(isAligned(tensor.data<float>().data()));
      EXPECT_TRUE(isAligned(tensor.bytes().data()));
      EXPECT_EQ(elements(tensor), upTo(count));
    }
}

TEST(MappedTensor, AnAlignedOneIsReadInPlace) {
  const Tensor tensor = shifted(5000, 4);
  EXPECT_EQ(static_cast<const void*>(tensor.data<float>().data()), tensor.storage());
}

TEST(MappedTensor, CopiesShareOneAlignedCopyAndTheStoredBytesStay) {
  const Tensor a = shifted(5000, 1), b = a;
  const void* const before = a.storage();
  EXPECT_EQ(a.data<float>().data(), b.data<float>().data());
  EXPECT_NE(static_cast<const void*>(a.data<float>().data()), before);
  EXPECT_EQ(a.storage(), before);
  EXPECT_EQ(std::memcmp(a.storedBytes().data(), a.bytes().data(), a.byteSize()), 0);
  EXPECT_TRUE(a.isMapped());
}

TEST(MappedTensor, WritingDetachesOnlyTheOneWritten) {
  const Tensor original = shifted(5000, 3);
  Tensor changed = original;
  changed.mutableData<float>()[0] = -1;
  EXPECT_FALSE(changed.isMapped());
  EXPECT_EQ(changed.data<float>()[0], -1);
  EXPECT_EQ(changed.data<float>()[4999], 4999);
  EXPECT_EQ(original.data<float>()[0], 0);
  EXPECT_TRUE(original.isMapped());
}

TEST(MappedTensor, PartsCoverAllElementsInOrder) {
  for (const std::size_t shift : {0U, 1U}) {
    std::vector<float> seen;
    forEachPart<float>(shifted(50'000, shift), [&](std::span<const float> part, std::size_t first) {
      EXPECT_EQ(first, seen.size());
      EXPECT_TRUE(isAligned(part.data()));
      seen.insert(seen.end(), part.begin(), part.end());
    });
    EXPECT_EQ(seen, upTo(50'000));
  }
}

TEST(MappedTensor, AreHeldToNoAllocationLimit) {
  // Nothing is touched: only the size counts.
  const auto owner = std::make_shared<int>(0);
  const std::span<const std::byte> huge(reinterpret_cast<const std::byte*>(owner.get()), std::size_t{40} << 30);
  EXPECT_FALSE(Tensor::create(DType::u8, {std::int64_t{40} << 30}).ok());
  EXPECT_TRUE(Tensor::view(DType::f32, {std::int64_t{10} << 30}, huge, owner).ok());
}

}  // namespace
}  // namespace ew
