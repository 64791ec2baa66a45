// SPDX-License-Identifier: Apache-2.0
// The structure that CONTRIBUTING describes, checked on the sources themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>

namespace ew {
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;  ///< relative to the root, "core/base/text.h"
  std::vector<std::string> lines;
};

std::vector<Source> sourcesOf(const std::vector<std::string>& folders) {
  const fs::path root = EW_SOURCE_DIR;
  std::vector<Source> out;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".comp" && extension != ".glsl") continue;
      Source source{entry.path().lexically_relative(root).generic_string(), {}};
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) source.lines.push_back(line);
      out.push_back(std::move(source));
    }
  }
  return out;
}

/// Our own includes: (source, included path).
void forEachInclude(const std::vector<std::string>& folders, const std::function<void(const Source&, const std::string&)>& check) {
  const std::regex pattern(R"(^\s*#include "([^"]+)\")");
  for (const Source& source : sourcesOf(folders)) {
    if (source.path.ends_with(".comp") || source.path.ends_with(".glsl")) continue;  // shaders include their neighbours
    std::smatch match;
    for (const std::string& line : source.lines)
      if (std::regex_search(line, match, pattern)) check(source, match[1]);
  }
}

/// The folder of `path` below `top`: "ops" for "core/ops/relu.cpp".
std::string folderBelow(const std::string& path, const std::string& top) {
  if (!path.starts_with(top + "/")) return {};
  const std::size_t begin = top.size() + 1;
  const std::size_t end = path.find('/', begin);
  return end == std::string::npos ? std::string() : path.substr(begin, end - begin);
}

const std::vector<std::string> coreOrder{"base", "tensor", "graph", "onnx", "ops", "data", "device", "run", "analysis", "transform",
                                         "simulate", "recipe", "bundle"};

std::ptrdiff_t rank(const std::string& folder) {
  return std::find(coreOrder.begin(), coreOrder.end(), folder) - coreOrder.begin();
}

TEST(Architecture, CoreFoldersIncludeOnlyEarlierOnes) {
  forEachInclude({"core"}, [](const Source& source, const std::string& include) {
    const std::string from = folderBelow(source.path, "core");
    const std::string to = folderBelow(include, "core");
    EXPECT_FALSE(to.empty()) << source.path << " includes " << include << ", which is not of core";
    EXPECT_LE(rank(to), rank(from)) << source.path << " includes the later folder " << include;
  });
}

TEST(Architecture, AcceleratorsSeeTheRunInterfaceAndNotEachOther) {
  forEachInclude({"accel"}, [](const Source& source, const std::string& include) {
    const std::string core = folderBelow(include, "core");
    if (!core.empty()) {
      EXPECT_LE(rank(core), rank("run")) << source.path << " includes " << include;
      return;
    }
    const std::string from = folderBelow(source.path, "accel");
    const std::string to = folderBelow(include, "accel");
    const bool table = from.empty();
    const bool top = include.starts_with("accel/") && to.empty();
    EXPECT_TRUE(table || top || to == from || to == "common") << source.path << " includes " << include;
  });
}

TEST(Architecture, PanelsSeeCommonGroundAndNotEachOther) {
  forEachInclude({"widgets"}, [](const Source& source, const std::string& include) {
    EXPECT_FALSE(include.starts_with("accel/") || include.starts_with("app/")) << source.path << " includes " << include;
    const std::string from = folderBelow(source.path, "widgets");
    const std::string to = folderBelow(include, "widgets");
    if (to.empty() || from.empty()) return;  // core, or the table of panels
    EXPECT_TRUE(to == from || to == "common") << source.path << " includes " << include;
  });
}

TEST(Architecture, OnlyTheTableOfAcceleratorsIsSeenByTheApplication) {
  forEachInclude({"app"}, [](const Source& source, const std::string& include) {
    if (!include.starts_with("accel/")) return;
    EXPECT_EQ(include, "accel/backends.h") << source.path;
  });
}

TEST(Architecture, CoreAndAcceleratorsAreFreeOfQt) {
  for (const Source& source : sourcesOf({"core", "accel"}))
    for (const std::string& line : source.lines)
      EXPECT_FALSE(line.starts_with("#include <Q")) << source.path << ": " << line;
}

TEST(Architecture, EveryFileNamesItsLicence) {
  for (const Source& source : sourcesOf({"core", "accel", "widgets", "app", "tests"})) {
    const bool gpl = source.path.starts_with("widgets/") || source.path.starts_with("app/");
    const std::string wanted = gpl ? "SPDX-License-Identifier: GPL-3.0-or-later" : "SPDX-License-Identifier: ";
    const auto head = std::min<std::size_t>(source.lines.size(), 3);
    const bool found = std::any_of(source.lines.begin(), source.lines.begin() + static_cast<std::ptrdiff_t>(head),
                                   [&](const std::string& line) { return line.find(wanted) != std::string::npos; });
    EXPECT_TRUE(found) << source.path << " lacks " << wanted;
  }
}

TEST(Architecture, FilesStaySmall) {
  constexpr std::size_t limit = 600;
  for (const Source& source : sourcesOf({"core", "accel", "widgets", "app", "tests"}))
    EXPECT_LE(source.lines.size(), limit) << source.path << " wants to be split";
}

TEST(Architecture, TheMainWindowWiresAndDoesNotGrow) {
  for (const Source& source : sourcesOf({"app"}))
    EXPECT_TRUE(!source.path.ends_with("main_window.cpp") || source.lines.size() <= 500U) << source.path;
}

}  // namespace
}  // namespace ew
