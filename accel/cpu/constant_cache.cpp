// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/constant_cache.h"

#include <array>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <vector>

namespace ew::cpu {
namespace {

constexpr std::size_t smallBytes = 64;  ///< compared as they are
constexpr std::size_t mostNames = 2;    ///< of one result, or every graph that had the same constants once would stay

void append(std::string& key, const void* bytes, std::size_t count) { key.append(static_cast<const char*>(bytes), count); }

void appendType(std::string& key, const Tensor& tensor) {
  const auto type = static_cast<std::uint64_t>(tensor.dtype());
  const std::uint64_t size = tensor.byteSize();
  append(key, &type, sizeof type);
  append(key, &size, sizeof size);
}

bool isSmall(const Tensor& tensor) { return tensor.byteSize() <= smallBytes; }

/// Tells constants apart by where they lie; true only while that memory is theirs.
std::string keyByStorage(const std::string& key, std::span<const Tensor> sources) {
  std::string out = key;
  for (const Tensor& tensor : sources) {
    appendType(out, tensor);
    const void* const storage = tensor.storage();
    if (isSmall(tensor)) append(out, tensor.storedBytes().data(), tensor.byteSize());
    else append(out, &storage, sizeof storage);
  }
  return out;
}

std::string keyByContent(const std::string& key, std::span<const Tensor> sources) {
  std::string out = key + "#";
  for (const Tensor& tensor : sources) {
    appendType(out, tensor);
    if (isSmall(tensor)) append(out, tensor.storedBytes().data(), tensor.byteSize());
    else out += fingerprint(tensor.storedBytes());
  }
  return out;
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::string fingerprint(std::span<const std::byte> bytes) {
  constexpr std::size_t lanes = 8;
  constexpr std::array<std::uint64_t, lanes> keys{0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
                                                  0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3};
  std::array<std::uint64_t, lanes> sums = keys;
  std::array<std::uint64_t, lanes> words{};
  std::size_t at = 0;
  const auto absorb = [&] {
    for (std::size_t i = 0; i < lanes; i += 2) {
      sums[i] = mixed(sums[i] ^ words[i], keys[i] ^ words[i + 1]);
      sums[i + 1] = mixed(sums[i + 1] ^ words[i + 1] ^ keys[i], keys[i + 1] ^ words[i]) + sums[i];
    }
  };
  for (; at + sizeof words <= bytes.size(); at += sizeof words) {
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    absorb();
  }
  words = {};
  if (at < bytes.size()) std::memcpy(words.data(), bytes.data() + at, bytes.size() - at);
  absorb();
  std::array<std::uint64_t, 2> out{bytes.size(), ~std::uint64_t{bytes.size()}};
  for (std::size_t i = 0; i < lanes; ++i) {
    out[0] = mixed(out[0] ^ sums[i], keys[i]);
    out[1] = mixed(out[1] ^ sums[lanes - 1 - i], keys[i] + out[0]);
  }
  std::string text;
  append(text, out.data(), sizeof out);
  return text;
}

/// One result; alive while somebody has it, else idle.
struct ConstantCache::Entry {
  MadeConstant made;
  std::string contentKey;
  struct Named {
    std::string storageKey;
    std::vector<Tensor> sources;  ///< keep the memory that the key names
  };
  std::vector<Named> names;       ///< the newest last
};

struct ConstantCache::State {
  struct Found {
    const Entry* entry = nullptr;
    std::weak_ptr<Entry> alive;
  };

  mutable std::mutex mutex;
  std::map<std::string, Found> byStorage, byContent;
  std::list<std::unique_ptr<Entry>> idle;  ///< the one that was used last in front
  std::size_t idleBytes = 0;
  Counters counters;

  void forget(const Entry& entry, const std::string& storageKey) {
    if (const auto it = byStorage.find(storageKey); it != byStorage.end() && it->second.entry == &entry) byStorage.erase(it);
  }

  /// Nobody uses it any more. What goes is destroyed after the lock is gone.
  void retire(std::unique_ptr<Entry> entry) {
    std::list<std::unique_ptr<Entry>> moved, dropped;
    std::vector<Entry::Named> names;
    const std::lock_guard lock(mutex);
    names.swap(entry->names);
    for (const Entry::Named& name : names) forget(*entry, name.storageKey);
    const auto it = byContent.find(entry->contentKey);
    if (it == byContent.end() || it->second.entry != entry.get()) return;
    byContent.erase(it);
    idleBytes += entry->made.bytes;
    moved.push_back(std::move(entry));
    idle.splice(idle.begin(), moved);
    while (idleBytes > mostIdleBytes) {
      idleBytes -= idle.back()->made.bytes;
      dropped.splice(dropped.begin(), idle, std::prev(idle.end()));
    }
  }

  std::unique_ptr<Entry> takeIdle(const std::string& contentKey) {
    for (auto it = idle.begin(); it != idle.end(); ++it) {
      if ((*it)->contentKey != contentKey) continue;
      std::unique_ptr<Entry> entry = std::move(*it);
      idle.erase(it);
      idleBytes -= entry->made.bytes;
      return entry;
    }
    return nullptr;
  }

  /// Gives back the name that has to go for it, to be destroyed without the lock.
  Entry::Named nameByStorage(const std::shared_ptr<Entry>& entry, const std::string& key, std::span<const Tensor> sources) {
    Entry::Named oldest;
    if (entry->names.size() >= mostNames) {
      oldest = std::move(entry->names.front());
      entry->names.erase(entry->names.begin());
      forget(*entry, oldest.storageKey);
    }
    entry->names.push_back({key, {sources.begin(), sources.end()}});
    byStorage[key] = {entry.get(), entry};
    return oldest;
  }

  std::shared_ptr<Entry> aliveByStorage(const std::string& key) const {
    const auto it = byStorage.find(key);
    return it == byStorage.end() ? nullptr : it->second.alive.lock();
  }

  std::shared_ptr<Entry> aliveByContent(const std::string& key) const {
    const auto it = byContent.find(key);
    return it == byContent.end() ? nullptr : it->second.alive.lock();
  }
};

ConstantCache::ConstantCache() : state_(std::make_shared<State>()) {}

ConstantCache& ConstantCache::ofProcess() {
  static ConstantCache cache;
  return cache;
}

std::shared_ptr<const void> ConstantCache::get(const std::string& key, std::span<const Tensor> sources, const std::function<MadeConstant()>& make) {
  // The state outlives whatever it handed out, also at the end of the process.
  const auto shared = [state = state_](std::unique_ptr<Entry> entry) {
    return std::shared_ptr<Entry>(entry.release(), [state](Entry* e) { state->retire(std::unique_ptr<Entry>(e)); });
  };
  // Declared before each lock, so that whatever ends here ends without it.
  std::shared_ptr<Entry> entry;
  Entry::Named oldest;
  const std::string storageKey = keyByStorage(key, sources);
  {
    const std::lock_guard lock(state_->mutex);
    entry = state_->aliveByStorage(storageKey);
    if (entry) ++state_->counters.found;
  }
  if (entry) return {entry, entry->made.object.get()};
  const std::string contentKey = keyByContent(key, sources);
  std::unique_ptr<Entry> fresh;
  {
    const std::lock_guard lock(state_->mutex);
    entry = state_->aliveByContent(contentKey);
    if (!entry) fresh = state_->takeIdle(contentKey);
  }
  const bool found = entry != nullptr || fresh != nullptr;
  if (!found) {
    fresh = std::make_unique<Entry>();
    fresh->made = make();
    fresh->contentKey = contentKey;
  }
  if (fresh) entry = shared(std::move(fresh));
  const std::lock_guard lock(state_->mutex);
  ++(found ? state_->counters.found : state_->counters.made);
  state_->byContent[contentKey] = {entry.get(), entry};
  oldest = state_->nameByStorage(entry, storageKey, sources);
  return {entry, entry->made.object.get()};
}

ConstantCache::Counters ConstantCache::counters() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

std::size_t ConstantCache::idleBytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->idleBytes;
}

void ConstantCache::clear() {
  std::list<std::unique_ptr<Entry>> dropped;
  const std::lock_guard lock(state_->mutex);
  dropped.swap(state_->idle);
  state_->idleBytes = 0;
}

}  // namespace ew::cpu
