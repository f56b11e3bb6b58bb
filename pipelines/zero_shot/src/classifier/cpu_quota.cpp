#include "classifier/cpu_quota.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace gale::zero_shot {

namespace {

namespace fs = std::filesystem;

/// Periods' worth of CPU as whole CPUs; 0 for "no limit".
unsigned cpus_of(double quota, double period) {
    if (!(quota > 0) || !(period > 0)) return 0;
    return static_cast<unsigned>(std::max(1.0, std::ceil(quota / period)));
}

unsigned read_v2(const fs::path& group) {
    std::ifstream file(group / "cpu.max");
    double quota = 0;
    double period = 0;
    // "max 100000" leaves the stream failed: no limit.
    return file >> quota >> period ? cpus_of(quota, period) : 0;
}

unsigned read_v1(const fs::path& group) {
    std::ifstream quota_file(group / "cpu.cfs_quota_us");
    std::ifstream period_file(group / "cpu.cfs_period_us");
    double quota = 0;
    double period = 0;
    return (quota_file >> quota) && (period_file >> period) ? cpus_of(quota, period) : 0;
}

unsigned smaller(unsigned left, unsigned right) {
    if (left == 0 || right == 0) return std::max(left, right);
    return std::min(left, right);
}

/// A limit may stand on any group from `group` up to the mount; the smallest holds.
unsigned smallest(const fs::path& mount, fs::path group, unsigned (*read)(const fs::path&)) {
    unsigned cpus = read(mount);
    for (group = group.relative_path(); !group.empty(); group = group.parent_path()) {
        cpus = smaller(cpus, read(mount / group));
    }
    return cpus;
}

bool names_cpu(std::string_view controllers) {
    std::istringstream list{std::string(controllers)};
    for (std::string name; std::getline(list, name, ',');) {
        if (name == "cpu") return true;
    }
    return false;
}

}  // namespace

unsigned cgroup_cpus(const std::string& root) {
    unsigned cpus = 0;
    std::ifstream groups(root + "/proc/self/cgroup");
    // A line is "hierarchy:controllers:path"; version 2 has no controllers.
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const fs::path path = line.substr(second + 1);
        const fs::path mount = root + "/sys/fs/cgroup";
        if (controllers.empty()) {
            cpus = smaller(cpus, smallest(mount, path, read_v2));
        } else if (names_cpu(controllers)) {
            cpus = smaller(cpus, smallest(mount / "cpu", path, read_v1));
        }
    }
    return cpus;
}

unsigned usable_cpus(const std::string& root) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    const bool known = ::sched_getaffinity(0, sizeof mask, &mask) == 0;
    const unsigned affinity = known ? static_cast<unsigned>(std::max(1, CPU_COUNT(&mask))) : 1;
    const unsigned quota = cgroup_cpus(root);
    return quota == 0 ? affinity : std::min(affinity, quota);
}

}  // namespace gale::zero_shot
