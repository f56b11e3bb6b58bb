#pragma once

#include <string>

namespace gale::zero_shot {

/// CPUs that this process may use at once, at least 1: the affinity mask's, or fewer when a cgroup
/// (v1 or v2, its own or one above) grants less time; a fraction counts as a whole CPU.
/// `root` is where /proc and /sys are looked up.
unsigned usable_cpus(const std::string& root = "");

/// The cgroups' part of it: 0 when no quota is set or none can be read.
unsigned cgroup_cpus(const std::string& root);

}  // namespace gale::zero_shot
