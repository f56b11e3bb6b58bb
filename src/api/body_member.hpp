// Members of a request's JSON body, and what variables, connections, pools and users share in their requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "service/admin_service.hpp"

namespace gale {

// A service's answer: what its checks found wrong with a member is a 422 of that member.
template <class T>
Result<T> of_checked(Result<T> done) {
    if (done) return done;
    if (const auto* member = wrong_member_of(done.error())) {
        const std::string name = *member;
        return std::unexpected(in_body(std::move(done).error(), name));
    }
    return done;
}

// The text member `name`, or nothing where it is absent or null. The schema has checked that it is a text.
std::optional<std::string> text_of(const json::object& body, std::string_view name);

// Airflow's filters by name: a part of it ('|' between alternatives, ~ for all), and its beginning.
NameFilter name_filter(const Call& call, std::string_view pattern, std::string_view prefix_pattern);
std::vector<QueryParameter> name_filter_parameters(std::string_view pattern, std::string_view prefix_pattern);

// Only the members that `mask` names (?update_mask= and Airflow's bulk actions); empty: all that the body has. 400 when
// it names the id.
Result<json::object> masked_body(json::object body, const std::vector<std::string>& mask, std::string_view id_member);

}  // namespace gale
