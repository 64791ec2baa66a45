// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>

#include "core/base/file.h"

namespace ew {
namespace {

/// What the signal handler may look at: mappings, without locks. More than this many at once are mapped all the same,
/// only without the handler's help.
struct Slot {
  std::atomic<std::uintptr_t> begin{0}, end{0};
  std::atomic<bool> damaged{false};
};
std::array<Slot, 256> slots;

struct sigaction previousAction {};
std::uintptr_t pageSize = 4096;  // set before the handler is installed

/// A page of a mapped file is gone, because the file was shortened. In place of the signal there are zeros; whoever
/// asks damaged() hears of it. Any other fault is passed on to whoever handled it before, or ends the program.
void onBusError(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (Slot& slot : slots) {
    if (address < slot.begin.load() || address >= slot.end.load()) continue;
    void* const at = reinterpret_cast<void*>(address / pageSize * pageSize);
    if (::mmap(at, pageSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) break;
    slot.damaged = true;
    return;
  }
  if ((previousAction.sa_flags & SA_SIGINFO) != 0 && previousAction.sa_sigaction != nullptr) {
    previousAction.sa_sigaction(signal, info, context);
    return;
  }
  ::sigaction(SIGBUS, &previousAction, nullptr);  // the instruction runs again and gets the default
}

void installHandler() {
  static std::once_flag once;
  std::call_once(once, [] {
    pageSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = onBusError;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &previousAction);
  });
}

std::mutex tableLock;  // for taking and giving back slots, not for the handler
std::array<const MappedFile*, slots.size()> users{};

std::size_t takeSlot(const MappedFile& user, std::span<const std::byte> bytes) {
  const std::lock_guard lock(tableLock);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (users[i] != nullptr) continue;
    users[i] = &user;
    slots[i].damaged = false;
    slots[i].begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    slots[i].end = reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size();
    return i;
  }
  return slots.size();
}

void giveBackSlot(std::size_t slot) {
  if (slot >= slots.size()) return;
  const std::lock_guard lock(tableLock);
  slots[slot].end = 0;
  slots[slot].begin = 0;
  users[slot] = nullptr;
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path, std::int64_t limit) {
  EW_ASSIGN(const OpenedFile file, openRegularFile(path, limit));
  std::shared_ptr<MappedFile> out(new MappedFile);
  out->path_ = path;
  out->slot_ = slots.size();
  if (file.bytes == 0) return std::shared_ptr<const MappedFile>(std::move(out));  // nothing can be mapped
  const auto size = static_cast<std::size_t>(file.bytes);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.descriptor.get(), 0);
  if (data == MAP_FAILED) return ioError(std::string("cannot map: ") + std::strerror(errno)).at(path.string());
  // One touched byte must not bring in 2 MiB: what lies between the weights of a model is all over the file.
  ::madvise(data, size, MADV_NOHUGEPAGE);
  out->data_ = static_cast<const std::byte*>(data);
  out->size_ = size;
  installHandler();
  out->slot_ = takeSlot(*out, out->bytes());
  return std::shared_ptr<const MappedFile>(std::move(out));
}

MappedFile::~MappedFile() {
  giveBackSlot(slot_);
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

void releaseMappedPages(std::span<const std::byte> bytes) {
  // Only whole pages: the ends may belong to neighbours in use, which would be read again for nothing.
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

bool MappedFile::damaged() const { return slot_ < slots.size() && slots[slot_].damaged; }

Status checkMappedFiles() {
  const std::lock_guard lock(tableLock);
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (users[i] != nullptr && slots[i].damaged)
      return ioError("was shortened by another program while it was open").at(users[i]->path().string());
  return {};
}

}  // namespace ew
