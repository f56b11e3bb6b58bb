// Runs one bulk action: all that it writes goes into one transaction.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <set>

#include "service/bulk.hpp"

namespace gale::detail {

// What differs between variables, connections and pools.
template <class T>
struct BulkNoun {
    std::string_view plural;  // "variables with these keys"
    std::function<Result<std::optional<T>>(const std::string& id)> find;
    // Puts kept secrets in place of their masks, and checks. `kept` is null for a new one.
    std::function<Result<void>(T& one, const T* kept)> finish;
    std::function<Result<void>(const std::vector<T>&)> write;
    std::function<Result<void>(const std::vector<std::string>& ids)> remove;
};

template <class T>
std::string_view word_of(const BulkAction<T>& action) {
    switch (action.kind) {
        case BulkAction<T>::Kind::create: return "create";
        case BulkAction<T>::Kind::update: return "update";
        case BulkAction<T>::Kind::remove: break;
    }
    return "delete";
}

template <class T>
Result<BulkOutcome> run_bulk(const BulkAction<T>& action, const BulkNoun<T>& noun) {
    using Action = BulkAction<T>;
    const bool creates = action.kind == Action::Kind::create;
    BulkOutcome outcome;
    std::vector<std::optional<T>> kept;
    std::set<std::string> against;  // ids that are there but must not be, or the other way round
    for (const auto& item : action.items) {
        kept.push_back(TRY(noun.find(item.id)));
        if (kept.back().has_value() == creates) against.insert(item.id);
    }
    if (action.otherwise == Action::Otherwise::fail && !against.empty()) {
        outcome.errors.emplace_back(
            creates ? ErrorCode::already_exists : ErrorCode::not_found,
            fmt::format("The {}: {} {}.", noun.plural, against, creates ? "already exist" : "were not found"));
        return outcome;
    }
    std::vector<T> written;
    for (size_t i = 0; i < action.items.size(); ++i) {
        const auto& item = action.items[i];
        if (against.contains(item.id) && action.otherwise != Action::Otherwise::overwrite) continue;
        if (action.kind != Action::Kind::remove) {
            T one = kept[i].value_or(T());
            item.edit(one);
            if (auto fine = noun.finish(one, kept[i] ? &*kept[i] : nullptr); !fine) {
                outcome.errors.emplace_back(fine.error().code(),
                                            fmt::format("{}: {}", item.id, fine.error().to_string()));
                continue;
            }
            written.push_back(std::move(one));
        }
        outcome.success.push_back(item.id);
    }
    if (action.kind == Action::Kind::remove) {
        if (!outcome.success.empty()) TRY(noun.remove(outcome.success));
    } else if (!written.empty()) {
        TRY(noun.write(written));
    }
    return outcome;
}

}  // namespace gale::detail
