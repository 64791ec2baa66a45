// SPDX-License-Identifier: Apache-2.0
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/text.h"

namespace ew {
namespace {

namespace fs = std::filesystem;

std::string reasonOf(int error) { return std::strerror(error); }

/// Closes a descriptor on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { if (fd_ >= 0) ::close(fd_); }
  int get() const { return fd_; }
  int release() { const int fd = fd_; fd_ = -1; return fd; }

 private:
  int fd_;
};

Status writeAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return ioError("cannot write: " + reasonOf(errno));
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> readFile(const fs::path& path, std::int64_t limit) {
  // O_NONBLOCK: opening a FIFO must not hang before we can see that it is one.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return ioError("cannot open: " + reasonOf(errno)).at(path.string());
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return ioError("cannot stat: " + reasonOf(errno)).at(path.string());
  if (S_ISDIR(info.st_mode)) return ioError("is a folder, not a file").at(path.string());
  if (!S_ISREG(info.st_mode)) return ioError("is not a regular file").at(path.string());
  if (info.st_size > limit)
    return limitReached("file has " + std::to_string(info.st_size) + " bytes, the limit is " + std::to_string(limit))
        .at(path.string());
  std::string content(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + done, content.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ioError("cannot read: " + reasonOf(errno)).at(path.string());
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  content.resize(done);
  return content;
}

Status writeFileAtomically(const fs::path& path, std::string_view content) {
  std::string temporary = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX")).string();
  Descriptor file(::mkstemp(temporary.data()));
  if (file.get() < 0) return ioError("cannot create: " + reasonOf(errno)).at(path.string());
  Status status = writeAll(file.get(), content);
  if (status.ok() && ::fsync(file.get()) != 0) status = ioError("cannot flush: " + reasonOf(errno));
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (status.ok() && ::fchmod(file.get(), 0666 & ~mask) != 0) status = ioError("cannot set mode: " + reasonOf(errno));
  if (::close(file.release()) != 0 && status.ok()) status = ioError("cannot close: " + reasonOf(errno));
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0)
    status = ioError("cannot rename into place: " + reasonOf(errno));
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status.error().at(path.string());
  }
  return {};
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
