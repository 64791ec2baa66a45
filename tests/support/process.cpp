// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "tests/support/temporary_folder.h"

namespace ew::test {
namespace {

void redirect(const std::filesystem::path& file, int descriptor) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(127);
}

[[noreturn]] void becomeProgram(const std::vector<std::string>& argv, const std::filesystem::path& folder,
                                const std::vector<std::pair<std::string, std::string>>& environment,
                                const TemporaryFolder& streams) {
  redirect(streams / "out", STDOUT_FILENO);
  redirect(streams / "err", STDERR_FILENO);
  ::setenv("XDG_CACHE_HOME", (streams / "cache").c_str(), 1);  // the user's own stays as it is
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

ProcessResult runProcess(const std::vector<std::string>& argv, const std::filesystem::path& folder,
                         const std::vector<std::pair<std::string, std::string>>& environment) {
  // Files instead of pipes: nothing can fill up and block.
  const TemporaryFolder streams;
  const pid_t child = ::fork();
  if (child == 0) becomeProgram(argv, folder, environment, streams);
  ProcessResult result;
  int state = 0;
  while (child > 0 && ::waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (child > 0) result.exitCode = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  result.out = contentOf(streams / "out");
  result.err = contentOf(streams / "err");
  return result;
}

}  // namespace ew::test
