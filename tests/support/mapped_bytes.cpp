// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mapped_bytes.h"

#include "tests/support/temporary_folder.h"

namespace ew::test {

Tensor mappedTensor(const Tensor& content, std::size_t shift) {
  const TemporaryFolder folder;
  std::string bytes(shift, '\x55');
  bytes.append(reinterpret_cast<const char*>(content.storedBytes().data()), content.byteSize());
  // The mapping keeps the content when the file goes.
  const auto file = *MappedFile::open(folder.write("tensor", bytes), std::int64_t{1} << 30);
  return *Tensor::mapped(content.dtype(), content.dims(), file->bytes().subspan(shift), file);
}

}  // namespace ew::test
