// Any expression at any moment: no crash, no hang, and what the header promises of the ticks.
// Input: 8 bytes of time, 1 of zone, the rest is the expression.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string_view>

#include "base/check.hpp"
#include "model/cron.hpp"

namespace {

using namespace gale;

constexpr const char* kZones[] = {"UTC",         "+05:30", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns",
                                  "Pacific/Apia"};
constexpr std::size_t kFixedOffsets = 2;

bool is_planted(std::string_view expression) {
    const char* plant = std::getenv("GALE_FUZZ_PLANT");
    return plant != nullptr && *plant != '\0' && expression.contains(plant);
}

void check_ticks(const Cron& cron, TimePoint time, bool has_fixed_offset) {
    const auto next = cron.next_after(time);
    const auto previous = cron.previous_before(time);
    if (next) {
        CHECK(*next > time);
        CHECK(next->time_since_epoch() % std::chrono::seconds{1} == Duration{0});
    }
    if (previous) CHECK(*previous < time);
    const auto aligned_up = cron.align_to_next(time);
    const auto aligned_down = cron.align_to_previous(time);
    if (aligned_up) CHECK(*aligned_up >= time);
    if (aligned_down) CHECK(*aligned_down <= time);
    // Near the calendar's ends the neighbours of a tick have no answer.
    if (time.time_since_epoch() > std::chrono::years{7000} || time.time_since_epoch() < -std::chrono::years{1500})
        return;
    if (!has_fixed_offset)
        return;  // elsewhere ticks move out of skipped hours, and Airflow's rules repeat or drop some
    if (next) {
        const auto back = cron.previous_before(*next);
        CHECK(!back || *back <= time);
        CHECK(cron.next_after(*next - Duration{1}) == next && cron.previous_before(*next + Duration{1}) == next);
        CHECK(cron.align_to_next(*next) == next && cron.align_to_previous(*next) == next);
    }
    if (previous) {
        const auto forth = cron.next_after(*previous);
        CHECK(!forth || *forth >= time);
        CHECK(cron.next_after(*previous - Duration{1}) == previous);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 9) return 0;
    std::int64_t micros = 0;
    std::memcpy(&micros, data, sizeof micros);
    const std::size_t zone = data[8] % std::size(kZones);
    const std::string_view expression(reinterpret_cast<const char*>(data) + 9, size - 9);
    if (is_planted(expression)) std::abort();
    const auto cron = Cron::parse(expression, kZones[zone]);
    if (!cron) {
        CHECK(!cron.error().message().empty() && cron.error().message().size() < 1000);
        return 0;
    }
    static_cast<void>(cron->description());
    check_ticks(*cron, TimePoint{Duration{micros}}, zone < kFixedOffsets);
    // Most 64-bit numbers lie far from any calendar; this one lies within a century of now.
    check_ticks(*cron, TimePoint{Duration{micros % 3'155'760'000'000'000}}, zone < kFixedOffsets);
    return 0;
}
