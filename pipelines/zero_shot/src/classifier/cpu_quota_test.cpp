#include "classifier/cpu_quota.hpp"

#include <gtest/gtest.h>

#include "classifier/temporary_folder.hpp"

namespace gale::zero_shot {
namespace {

TEST(CgroupCpus, ReadsVersion2) {
    const TemporaryFolder root;
    root.write("proc/self/cgroup", "0::/a/b\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 0U);
    root.write("sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 2U);
    root.write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 0U);
}

TEST(CgroupCpus, TakesTheSmallestLimitOnTheWayUp) {
    const TemporaryFolder root;
    root.write("proc/self/cgroup", "0::/a/b\n");
    root.write("sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
    root.write("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 3U);
    root.write("sys/fs/cgroup/cpu.max", "50000 100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 1U);
}

TEST(CgroupCpus, ReadsVersion1) {
    const TemporaryFolder root;
    root.write("proc/self/cgroup", "3:cpuset:/\n4:cpu,cpuacct:/docker/x\n0::/\n");
    root.write("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "200000\n");
    root.write("sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 2U);
    root.write("sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", "-1\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 0U);
}

// In a container the path is the host's, but its own group is the mount itself.
TEST(CgroupCpus, ReadsTheMountWhenThePathIsAnothers) {
    const TemporaryFolder root;
    root.write("proc/self/cgroup", "4:cpu:/docker/x\n");
    root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
    root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(cgroup_cpus(root.path()), 3U);
}

TEST(UsableCpus, IsAtLeastOneAndAtMostTheQuota) {
    const TemporaryFolder root;
    EXPECT_GE(usable_cpus(root.path()), 1U);
    root.write("proc/self/cgroup", "0::/\n");
    root.write("sys/fs/cgroup/cpu.max", "1000 100000\n");
    EXPECT_EQ(usable_cpus(root.path()), 1U);
}

}  // namespace
}  // namespace gale::zero_shot
