// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/device/local.h"
#include "core/device/profile.h"

namespace ew::device {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t largestProfile = 1 << 20;

Result<Profile> readProfile(const fs::path& file) {
  EW_ASSIGN_AT(const std::string text, readFile(file, largestProfile), file.string());
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return invalid("not JSON").at(file.string());
  EW_ASSIGN_AT(Profile profile, parseProfile(json), file.string());
  return profile;
}

struct Builtin {
  std::map<std::string, Profile> profiles;
  std::vector<Error> errors;
};

Result<std::vector<fs::path>> jsonFiles(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end; it.increment(failure))
    if (it->path().extension() == ".json") files.push_back(it->path());
  if (failure) return ioError("cannot list the folder: " + failure.message()).at(folder.string());
  std::sort(files.begin(), files.end());
  return files;
}

const Builtin& builtin() {
  static const Builtin all = [] {
    Builtin out;
    const Result<std::vector<fs::path>> files = jsonFiles(resourceFolder() / "devices");
    if (!files.ok()) out.errors.push_back(files.error());
    for (const fs::path& file : files.ok() ? *files : std::vector<fs::path>()) {
      Result<Profile> profile = readProfile(file);
      if (profile.ok()) out.profiles.emplace(profile->id, *profile);
      else out.errors.push_back(profile.error());
    }
    out.profiles.insert_or_assign("local", describeLocal());
    return out;
  }();
  return all;
}

}  // namespace

Result<std::map<std::string, Profile>> loadProfiles(const fs::path& folder) {
  EW_ASSIGN(const std::vector<fs::path> files, jsonFiles(folder));
  std::map<std::string, Profile> out;
  for (const fs::path& file : files) {
    EW_ASSIGN(Profile profile, readProfile(file));
    const std::string id = profile.id;
    if (!out.emplace(id, std::move(profile)).second)
      return invalid("the id " + inQuotes(id) + " is that of another profile in this folder").at(file.string());
  }
  return out;
}

fs::path resourceFolder() {
  if (const char* folder = std::getenv("EDGEWRIGHT_RESOURCES"); folder != nullptr && *folder != '\0') return folder;
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (!failure) {
    const fs::path installed = program.parent_path().parent_path() / "share" / "edgewright";
    if (fs::is_directory(installed / "devices", failure)) return installed;
  }
  return EW_RESOURCE_DIR;
}

const std::map<std::string, Profile>& builtinProfiles() { return builtin().profiles; }

Result<Profile> findProfile(const std::string& id) {
  if (id == "local") return localProfile();
  if (id.ends_with(".json")) return readProfile(id);
  const auto it = builtinProfiles().find(id);
  if (it != builtinProfiles().end()) return it->second;
  std::vector<std::string> known;
  for (const auto& [name, profile] : builtinProfiles()) known.push_back(name);
  std::string text = "no device " + inQuotes(id) + "; known: " + join(known, ", ");
  for (const Error& error : builtin().errors) text += "; " + error.text();
  return unavailable(text);
}

}  // namespace ew::device
