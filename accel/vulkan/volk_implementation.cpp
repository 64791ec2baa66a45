// SPDX-License-Identifier: Apache-2.0
// The one place where volk's code is compiled: it loads libvulkan at run time, so that nothing links to it.
#define VOLK_IMPLEMENTATION
#include <volk.h>
