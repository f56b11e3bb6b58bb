#include "base/memory.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "base/file.hpp"

namespace gale {
namespace {

constexpr long kWorthIt = 8 << 20;

// Bytes of this process in memory that are in no file; 0 when the system does not say.
long anonymous_bytes() {
    const auto text = read_file("/proc/self/statm");
    long size = 0, resident = 0, shared = 0;
    if (!text || std::sscanf(text->c_str(), "%ld %ld %ld", &size, &resident, &shared) != 3) return 0;
    return (resident - shared) * ::sysconf(_SC_PAGESIZE);
}

long unused_bytes() {
    const struct mallinfo2 now = ::mallinfo2();
    return anonymous_bytes() - static_cast<long>(now.uordblks + now.hblkhd);
}

}  // namespace

void give_back_memory() {
    // What fragmentation, stacks and others than malloc hold stays, and is not tried again each time.
    static std::mutex mutex;
    static long stays = 0;
    const std::scoped_lock lock(mutex);
    const long unused = unused_bytes();
    stays = std::min(stays, unused);
    if (unused - stays < kWorthIt) return;
    ::malloc_trim(0);
    stays = unused_bytes();
}

}  // namespace gale
