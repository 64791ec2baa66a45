// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ew::device {

/// A number with where it comes from and how far it can be off.
struct Sourced {
  double value = 0;
  double relativeError = 0;   ///< one-sigma, 0.2 is 20 %
  std::string source;         ///< "datasheet: ...", "measured: ...", "fitted: ... (n points)"
};

/// Geometry of a systolic array for FPGA-type devices.
struct SystolicArray {
  std::int64_t rows = 0, columns = 0;
  double clockMhz = 0;
  std::string dataflow = "ws";  ///< ws | os
  double dmaBytesPerCycle = 0;
  std::int64_t bufferBytes = 0;
  std::string depthwise = "array";  ///< array: one group after another | columns: one MAC a column and cycle
  Sourced timeScale{1, 0, {}};  ///< measured time / modelled time of real accelerators, and its spread
};

/// A device as data: code asks the profile what it can do, never which device it is.
struct Profile {
  std::string id, name, description;
  std::string kind;                                ///< cpu | mcu | gpu | fpga
  std::map<std::string, Sourced> macsPerSecond;    ///< by precision: "float32", "int8"
  std::map<std::string, Sourced> depthwiseMacsPerSecond;
  /// 3x3 convolutions with stride 1 (where Winograd-type kernels apply); without: macsPerSecond.
  std::map<std::string, Sourced> conv3x3MacsPerSecond;
  /// Convolutions of fewer than 16 input channels, which leave vector lanes empty; without: macsPerSecond.
  std::map<std::string, Sourced> fewChannelMacsPerSecond;
  std::optional<Sourced> memoryBytesPerSecond;
  /// Activations that a layer packs and unpacks beside computing; their time comes on top. None: not modelled.
  std::optional<Sourced> activationBytesPerSecond;
  std::optional<Sourced> layerOverheadSeconds;
  std::optional<Sourced> inferenceOverheadSeconds; ///< once for each inference
  std::optional<Sourced> idleWatts, activeWatts;   ///< no value: energy is unknown
  std::optional<Sourced> picojoulePerMacFloat, picojoulePerMacInt8, picojoulePerByte;
  std::int64_t ramBytes = 0, flashBytes = 0;       ///< 0: not limited
  std::int64_t runtimeRamBytes = 0, runtimeFlashBytes = 0;  ///< what the runtime itself needs; 0: not known
  std::int64_t channelAlignment = 1;               ///< channels come in multiples of this
  std::vector<std::string> precisions;             ///< weight precisions that it runs natively
  std::string requantization = "float";            ///< float | fixed
  std::optional<SystolicArray> systolic;
  std::map<std::string, double> resources;         ///< FPGA: LUT, FF, DSP, BRAM36
  std::map<std::string, std::string> sources;      ///< of the plain numbers above, by key ("ram_bytes")
};

/// Reads and checks a profile against the schema (resources/schemas/device.schema.json); Invalid names the key.
Result<Profile> parseProfile(const nlohmann::json& json);
/// The keys that parseProfile() knows, "systolic.rows" for nested ones.
std::vector<std::string> profileKeys();
/// Profiles in a folder, by id; a broken file is an error that names it.
Result<std::map<std::string, Profile>> loadProfiles(const std::filesystem::path& folder);
/// The installed resources: beside the program, in the source tree, or EDGEWRIGHT_RESOURCES.
std::filesystem::path resourceFolder();
/// All built-in profiles plus "local", the machine at hand, whose speeds are left out until measured. A broken file
/// is left out; findProfile() says what is wrong with it.
const std::map<std::string, Profile>& builtinProfiles();
/// The machine at hand with its speeds, measured once for the process (well under a second).
const Profile& localProfile();
/// A profile by id ("local" measured), or from a file when `id` ends in ".json". Unavailable, with the known ids.
Result<Profile> findProfile(const std::string& id);

}  // namespace ew::device
