#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tsv/result.hpp"

namespace gale::zero_shot {

/// A JSON object of settings, as model folders hold them. Each error names the file, the setting,
/// its value and what it should be.
class SettingsFile {
public:
    /// kDisk when it cannot be read, kInput when it is no JSON object.
    static Result<SettingsFile> open(const std::string& path);

    Result<std::size_t> size(std::string_view name, std::size_t low, std::size_t high) const;
    Result<double> number(std::string_view name) const;
    Result<std::string> text(std::string_view name) const;
    Result<std::vector<std::string>> texts(std::string_view name) const;
    /// True only for a setting that is there and true; `otherwise` when it is not there.
    bool flag(std::string_view name, bool otherwise = false) const;
    bool has(std::string_view name) const;  ///< there, and not null
    /// `otherwise` when it is not there or null.
    Result<std::int64_t> whole_number(std::string_view name, std::int64_t otherwise, std::int64_t low,
                                      std::int64_t high) const;
    Result<std::string> text_or(std::string_view name, std::string_view otherwise) const;
    /// The labels of a classifier by their numbers, from `id2label` ("0": name, ...); empty without it.
    Result<std::vector<std::string>> labels_by_id() const;

    /// The error for a setting that is readable but cannot be used.
    std::unexpected<Error> wrong(std::string_view name, std::string_view value, std::string_view wanted) const;

private:
    std::unexpected<Error> wrong_type(std::string_view name, std::string_view wanted) const;

    std::string path_;
    std::shared_ptr<const boost::json::object> settings_;
};

}  // namespace gale::zero_shot
