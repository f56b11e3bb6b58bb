#include "service/masking.hpp"

#include <fmt/format.h>

#include "service/secrets.hpp"

namespace gale {
namespace {

bool is_hidden(const json::value& value) {
    return value.is_number() || (value.is_string() && !value.get_string().empty());
}

// `secret`: the name of the value, or of one around it, is sensitive. False: nothing was hidden.
bool mask(json::value& value, bool secret) {
    bool any = false;
    if (auto* object = value.if_object()) {
        for (auto& member : *object)
            any |= mask(member.value(), secret || is_sensitive_name(std::string_view(member.key())));
    } else if (auto* list = value.if_array()) {
        for (auto& item : *list) any |= mask(item, secret);
    } else if (secret && is_hidden(value)) {
        value = kMask;
        any = true;
    }
    return any;
}

bool is_structure(const json::value& value) {
    return value.is_object() || value.is_array();
}

const json::value* item_of(const json::value* kept, size_t index) {
    const auto* list = kept == nullptr ? nullptr : kept->if_array();
    return list == nullptr || index >= list->size() ? nullptr : &(*list)[index];
}

const json::value* member_of(const json::value* kept, std::string_view name) {
    const auto* object = kept == nullptr ? nullptr : kept->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::unexpected<Error> nothing_kept(std::string_view name) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' is {}, which stands for the kept value, but none is kept; write the value itself",
                            name, kMask));
}

Result<void> unmask(json::value& sent, const json::value* kept, std::string_view name, bool secret) {
    secret = secret || is_sensitive_name(name);
    if (auto* object = sent.if_object()) {
        for (auto& member : *object) TRY(unmask(member.value(), member_of(kept, member.key()), member.key(), secret));
    } else if (auto* list = sent.if_array()) {
        for (size_t i = 0; i < list->size(); ++i) TRY(unmask((*list)[i], item_of(kept, i), name, secret));
    } else if (secret && sent.is_string() && std::string_view(sent.get_string()) == kMask) {
        if (kept == nullptr || !is_hidden(*kept)) return nothing_kept(name);
        sent = *kept;
    }
    return {};
}

}  // namespace

std::string masked_text(const std::string& text, std::string_view name) {
    auto parsed = json::parse(text);
    if (parsed && is_structure(*parsed))
        return mask(*parsed, is_sensitive_name(name)) ? json::serialize(*parsed) : text;
    return is_sensitive_name(name) && !text.empty() ? std::string(kMask) : text;
}

std::optional<std::string> masked_extra(const std::optional<std::string>& extra) {
    if (!extra || extra->empty()) return extra;
    const auto parsed = json::parse(*extra);
    if (!parsed || !parsed->is_object()) return std::string(kMask);
    return masked_text(*extra, "extra");
}

Result<std::string> unmasked_text(const std::string& sent, const std::optional<std::string>& kept,
                                  std::string_view name) {
    if (sent == kMask) {
        // Of a sensitive name, or hidden whole.
        if (kept && masked_text(*kept, name) == kMask) return *kept;
        if (is_sensitive_name(name)) return nothing_kept(name);
        return sent;
    }
    if (sent.find(kMask) == std::string::npos) return sent;
    auto parsed = json::parse(sent);
    if (!parsed || !is_structure(*parsed)) return sent;
    const auto kept_value = kept ? json::parse(*kept) : Result<json::value>(json::value());
    TRY(unmask(*parsed, kept_value ? &*kept_value : nullptr, name, false));
    return json::serialize(*parsed);
}

}  // namespace gale
