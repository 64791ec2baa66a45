// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/base/result.h"
#include "core/data/dataset.h"

namespace ew::window {

/// Whether a dropped path is data rather than a document: a folder, .npz, .npy, idx or CIFAR file.
bool isData(const QString& path);

/// A spec for dropped data, with the keys and labels that lie beside it; preprocessing is left as it is.
Result<data::DataSpec> specFor(const QString& path);

}  // namespace ew::window
