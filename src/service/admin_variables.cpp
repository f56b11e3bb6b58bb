// AdminService: variables.
#include <fmt/format.h>

#include "service/admin_service.hpp"
#include "service/detail/admin_checks.hpp"
#include "service/detail/bulk_run.hpp"
#include "service/detail/sealed_rows.hpp"
#include "service/masking.hpp"

namespace gale {
namespace {

std::unexpected<Error> no_variable(const std::string& key) {
    return fail(ErrorCode::not_found, fmt::format("The Variable with key: `{}` was not found", key));
}

Result<void> finish(Variable& variable, const Variable* kept) {
    TRY(detail::check_name("key", variable.key));
    auto value =
        unmasked_text(variable.value, kept == nullptr ? std::nullopt : std::optional(kept->value), variable.key);
    if (!value) return std::unexpected(std::move(value).error().with("member", "value"));
    variable.value = std::move(*value);
    return {};
}

}  // namespace

Result<std::optional<Variable>> AdminService::find_variable(const std::string& key) {
    auto stored = TRY(detail::if_there(store_.get_variable(key)));
    if (!stored) return std::nullopt;
    return std::optional(TRY(detail::opened(std::move(*stored), secrets_)));
}

Result<void> AdminService::write_variables(const std::vector<Variable>& variables) {
    std::vector<Variable> sealed;
    for (const Variable& variable : variables) sealed.push_back(detail::sealed(variable, secrets_));
    return store_.set_variables(sealed);
}

Result<Variable> AdminService::get_variable(const std::string& key) {
    auto found = TRY(find_variable(key));
    if (!found) return no_variable(key);
    return std::move(*found);
}

Result<PageOf<Variable>> AdminService::list_variables(const NameFilter& filter, const Page& page) {
    auto found = TRY(store_.list_variables(filter, page));
    for (Variable& variable : found.items) variable = TRY(detail::opened(std::move(variable), secrets_));
    return found;
}

Result<Variable> AdminService::create_variable(Variable variable, const Actor& actor) {
    TRY(finish(variable, nullptr));
    {
        std::scoped_lock lock(writing_);
        if (TRY(find_variable(variable.key))) {
            return fail(ErrorCode::already_exists,
                        fmt::format("The Variable with key: `{}` already exists", variable.key));
        }
        TRY(write_variables({variable}));
    }
    audit("post_variable", {{"key", variable.key}}, actor);
    return get_variable(variable.key);
}

Result<Variable> AdminService::edit_variable(const std::string& key, const Edit<Variable>& edit, const Actor& actor) {
    {
        std::scoped_lock lock(writing_);
        const auto kept = TRY(find_variable(key));
        if (!kept) return no_variable(key);
        Variable variable = *kept;
        edit(variable);
        variable.key = key;
        TRY(finish(variable, &*kept));
        TRY(write_variables({variable}));
    }
    audit("patch_variable", {{"key", key}}, actor);
    return get_variable(key);
}

Result<void> AdminService::delete_variable(const std::string& key, const Actor& actor) {
    std::scoped_lock lock(writing_);
    if (!TRY(store_.delete_variable(key))) return no_variable(key);
    audit("delete_variable", {{"key", key}}, actor);
    return {};
}

Result<BulkOutcome> AdminService::bulk_variables(const BulkAction<Variable>& action, const Actor& actor) {
    const detail::BulkNoun<Variable> noun{
        .plural = "variables with these keys",
        .find = [this](const std::string& key) { return find_variable(key); },
        .finish = finish,
        .write = [this](const std::vector<Variable>& variables) { return write_variables(variables); },
        .remove = [this](const std::vector<std::string>& keys) { return store_.delete_variables(keys); }};
    std::scoped_lock lock(writing_);
    auto outcome = TRY(detail::run_bulk(action, noun));
    audit_bulk("bulk_variables", detail::word_of(action), outcome, actor);
    return outcome;
}

}  // namespace gale
