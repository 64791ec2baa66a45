// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/base/text.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

Error cannot(const char* what) { return ioError(std::string("cannot ") + what + ": " + std::strerror(errno)); }

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<OpenedFile> openRegularFile(const fs::path& path, std::int64_t limit) {
  // O_NONBLOCK: opening a FIFO must not hang before we can see that it is one.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return cannot("open").at(path.string());
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return cannot("stat").at(path.string());
  if (S_ISDIR(info.st_mode)) return ioError("is a folder, not a file").at(path.string());
  if (!S_ISREG(info.st_mode)) return ioError("is not a regular file").at(path.string());
  if (info.st_size > limit)
    return limitReached("file has " + std::to_string(info.st_size) + " bytes, the limit is " + std::to_string(limit))
        .at(path.string());
  return OpenedFile{std::move(file), info.st_size};
}

Result<std::string> readFile(const fs::path& path, std::int64_t limit) {
  EW_ASSIGN(const OpenedFile file, openRegularFile(path, limit));
  std::string content(static_cast<std::size_t>(file.bytes), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t got = ::read(file.descriptor.get(), content.data() + done, content.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read").at(path.string());
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  content.resize(done);
  return content;
}

Result<AtomicFile> AtomicFile::create(const fs::path& path) {
  std::string temporary = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
  Descriptor file(::mkstemp(temporary.data()));
  if (file.get() < 0) return cannot("create").at(path.string());
  return AtomicFile(std::move(file), std::move(temporary), path);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : file_(std::move(other.file_)), temporary_(std::exchange(other.temporary_, {})), path_(std::move(other.path_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot("write").at(path_.string());
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status AtomicFile::commit() {
  if (::fsync(file_.get()) != 0) return cannot("flush").at(path_.string());
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(file_.get(), 0666 & ~mask) != 0) return cannot("set mode").at(path_.string());
  if (::close(file_.release()) != 0) return cannot("close").at(path_.string());
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot("rename into place").at(path_.string());
  temporary_.clear();
  return {};
}

Status writeFileAtomically(const fs::path& path, std::string_view content) {
  EW_ASSIGN(AtomicFile file, AtomicFile::create(path));
  EW_TRY(file.write(content));
  return file.commit();
}

Result<fs::path> resolveInside(const fs::path& folder, const std::string& relative) {
  const fs::path wanted(relative);
  if (relative.empty() || relative.find('\0') != std::string::npos) return invalid("empty or malformed path");
  if (wanted.is_absolute()) return invalid("absolute path " + inQuotes(relative) + " is refused");
  for (const fs::path& part : wanted)
    if (part == "..") return invalid("path " + inQuotes(relative) + " leaves its folder");
  std::error_code code;
  const fs::path base = fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, code);
  if (code) return ioError("cannot resolve folder: " + code.message()).at(folder.string());
  const fs::path full = fs::weakly_canonical(base / wanted, code);
  if (code) return ioError("cannot resolve: " + code.message()).at(relative);
  const std::string inside = full.lexically_relative(base).string();
  if (inside.empty() || inside.starts_with("..")) return invalid("path " + inQuotes(relative) + " leaves its folder");
  return full;
}

}  // namespace ew
