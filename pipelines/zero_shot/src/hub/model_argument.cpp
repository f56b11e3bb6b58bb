#include "hub/model_argument.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "hub/hub.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

Result<std::string> installed_model() {
    std::error_code code;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
    if (!code) return (program.parent_path().parent_path() / "share/gale/models/all-MiniLM-L6-v2").string();
    return fail(
        ErrorKind::kDisk,
        fmt::format("cannot find the program's own folder ({}); name the model's with --model", code.message()));
}

}  // namespace

Result<std::string> model_folder_of(const std::string& argument) {
    const char* preset = std::getenv("ZERO_SHOT_MODEL");
    const std::string model = argument.empty() && preset != nullptr ? preset : argument;
    if (model.empty()) return installed_model();
    if (!is_hub_name(model)) return model;
    const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
    std::string shown;
    std::uint64_t megabytes = 0;
    auto folder =
        fetch_model(model, hub_settings(), [&](std::string_view file, std::uint64_t bytes, std::uint64_t total) {
            const bool is_new = file != shown;
            if (!is_new && (!is_terminal || bytes / kMegabyte == megabytes)) return;
            shown = file;
            megabytes = bytes / kMegabyte;
            const std::string of =
                total == 0 ? "" : fmt::format(" of {} MB, {}%", total / kMegabyte, 100 * bytes / total);
            if (!is_terminal) {
                fmt::print(stderr, "fetching {} of {}\n", file, model);
            } else {
                fmt::print(stderr, "{}fetching {} of {}: {} MB{}", is_new ? "\n" : "\r", file, model, megabytes, of);
            }
        });
    if (is_terminal && !shown.empty()) fmt::print(stderr, "\n");
    return folder;
}

}  // namespace gale::zero_shot
