#include "classifier/settings_file.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "weights/mapped_file.hpp"

namespace gale::zero_shot {

Result<SettingsFile> SettingsFile::open(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto bytes = (*file)->bytes();
    boost::system::error_code code;
    auto value = boost::json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, code);
    if (code || !value.is_object()) {
        return fail(ErrorKind::kInput, fmt::format("{} is no JSON object{}; get the file again", path,
                                                   code ? fmt::format(" ({})", code.message()) : ""));
    }
    SettingsFile settings;
    settings.path_ = path;
    settings.settings_ = std::make_shared<const boost::json::object>(std::move(value.get_object()));
    return settings;
}

std::unexpected<Error> SettingsFile::wrong(std::string_view name, std::string_view value,
                                           std::string_view wanted) const {
    return fail(ErrorKind::kInput, fmt::format("{}: {} is {}, but must be {}", path_, name, value, wanted));
}

std::unexpected<Error> SettingsFile::wrong_type(std::string_view name, std::string_view wanted) const {
    const auto* value = settings_->if_contains(name);
    return wrong(name, value == nullptr ? "missing" : boost::json::serialize(*value), wanted);
}

Result<std::size_t> SettingsFile::size(std::string_view name, std::size_t low, std::size_t high) const {
    const auto* value = settings_->if_contains(name);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0 ||
        static_cast<std::size_t>(value->get_int64()) < low || static_cast<std::size_t>(value->get_int64()) > high) {
        return wrong_type(name, fmt::format("a whole number from {} to {}", low, high));
    }
    return static_cast<std::size_t>(value->get_int64());
}

Result<double> SettingsFile::number(std::string_view name) const {
    const auto* value = settings_->if_contains(name);
    if (value == nullptr || !value->is_number()) return wrong_type(name, "a number");
    return value->to_number<double>();
}

Result<std::string> SettingsFile::text(std::string_view name) const {
    const auto* value = settings_->if_contains(name);
    if (value == nullptr || !value->is_string()) return wrong_type(name, "a text");
    return std::string(value->get_string());
}

Result<std::vector<std::string>> SettingsFile::texts(std::string_view name) const {
    const auto* value = settings_->if_contains(name);
    if (value == nullptr || !value->is_array()) return wrong_type(name, "a list of texts");
    std::vector<std::string> texts;
    for (const auto& element : value->get_array()) {
        if (!element.is_string()) return wrong_type(name, "a list of texts");
        texts.emplace_back(element.get_string());
    }
    return texts;
}

bool SettingsFile::flag(std::string_view name, bool otherwise) const {
    const auto* value = settings_->if_contains(name);
    if (value == nullptr) return otherwise;
    return value->is_bool() && value->get_bool();
}

bool SettingsFile::has(std::string_view name) const {
    const auto* value = settings_->if_contains(name);
    return value != nullptr && !value->is_null();
}

Result<std::int64_t> SettingsFile::whole_number(std::string_view name, std::int64_t otherwise, std::int64_t low,
                                                std::int64_t high) const {
    if (!has(name)) return otherwise;
    const auto& value = settings_->at(name);
    if (!value.is_int64() || value.get_int64() < low || value.get_int64() > high) {
        return wrong_type(name, fmt::format("a whole number from {} to {}", low, high));
    }
    return value.get_int64();
}

Result<std::string> SettingsFile::text_or(std::string_view name, std::string_view otherwise) const {
    return has(name) ? text(name) : std::string(otherwise);
}

Result<std::vector<std::string>> SettingsFile::labels_by_id() const {
    if (!has("id2label")) return std::vector<std::string>{};
    const auto& value = settings_->at("id2label");
    constexpr std::string_view kWanted = "an object of the numbers from 0 and their labels";
    if (!value.is_object()) return wrong_type("id2label", kWanted);
    std::vector<std::string> labels;
    for (std::size_t id = 0; id < value.get_object().size(); ++id) {
        const auto* label = value.get_object().if_contains(std::to_string(id));
        if (label == nullptr || !label->is_string()) return wrong_type("id2label", kWanted);
        labels.emplace_back(label->get_string());
    }
    return labels;
}

}  // namespace gale::zero_shot
