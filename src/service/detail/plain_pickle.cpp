#include "service/detail/plain_pickle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/utf8.hpp"

namespace gale::detail {
namespace {

constexpr size_t kMaxValues = 1'000'000;  // memos copy: a small pickle could ask for more than there is
constexpr size_t kMaxBytes = 64 << 20;

constexpr int kMaxDepth = 200;

struct Item {
    std::optional<json::value> value;  // nullopt: a mark
    int depth = 0;                     // of lists and dicts in it
};

std::unexpected<Error> corrupt(std::string_view why) {
    return fail(ErrorCode::data_corrupt, fmt::format("the pickle {}", why));
}

class Unpickler {
public:
    explicit Unpickler(std::string_view bytes) : bytes_(bytes) {}

    Result<json::value> run() {
        for (;;) {
            const auto code = TRY(take(1)).front();
            if (code == '.') break;
            TRY(step(code));
            if (stack_.size() > kMaxValues) return fail(ErrorCode::unsupported, "the pickle holds too much");
        }
        int depth = 0;
        return pop(depth);
    }

private:
    Result<std::string_view> take(std::uint64_t count) {
        if (count > bytes_.size() - at_) return corrupt("ends too early");
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    Result<std::uint64_t> number(int size) {
        std::uint64_t value = 0;
        const auto bytes = TRY(take(static_cast<std::uint64_t>(size)));
        for (int i = size - 1; i >= 0; --i)
            value = value << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
        return value;
    }

    void push(json::value value, int depth = 0) { stack_.push_back({std::move(value), depth}); }
    Result<Item*> top() {
        if (stack_.empty() || !stack_.back().value) return corrupt("takes more than it gave");
        return &stack_.back();
    }
    Result<json::value> pop(int& depth) {
        Item* item = TRY(top());
        depth = std::max(depth, item->depth);
        json::value taken = std::move(*item->value);
        stack_.pop_back();
        return taken;
    }
    Result<json::array> pop_to_mark(int& depth) {
        size_t mark = stack_.size();
        while (mark > 0 && stack_[mark - 1].value) --mark;
        if (mark == 0) return corrupt("has no mark");
        json::array items;
        for (size_t i = mark; i < stack_.size(); ++i) {
            items.push_back(std::move(*stack_[i].value));
            depth = std::max(depth, stack_[i].depth);
        }
        stack_.resize(mark - 1);
        return items;
    }
    Result<void> deepen(Item& item, int depth) {
        item.depth = std::max(item.depth, depth + 1);
        if (item.depth > kMaxDepth) return fail(ErrorCode::unsupported, "the pickle is nested too deeply");
        return {};
    }

    Result<void> push_text(std::uint64_t size) {
        const auto text = TRY(take(size));
        if (to_valid_utf8(text) != text) return corrupt("has a text that is not UTF-8");
        push(json::value(text));
        return {};
    }
    Result<void> push_long(std::uint64_t size) {
        if (size > 8) return fail(ErrorCode::unsupported, "the pickle has a number of more than 64 bits");
        const auto bytes = TRY(take(size));
        std::uint64_t value = 0;
        for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
        if (size > 0 && size < 8 && (bytes.back() & 0x80) != 0) value |= ~std::uint64_t{0} << (size * 8);
        push(static_cast<std::int64_t>(value));
        return {};
    }
    Result<void> push_items(json::array items, int depth) {
        push(std::move(items));
        return deepen(stack_.back(), depth);
    }
    Result<void> push_tuple(size_t count) {
        json::array items(count);
        int depth = 0;
        while (count > 0) items[--count] = TRY(pop(depth));
        return push_items(std::move(items), depth);
    }

    Result<void> append(json::array items, int depth) {
        Item* list = TRY(top());
        auto* to = list->value->if_array();
        if (to == nullptr) return corrupt("appends to what is no list");
        for (auto& item : items) to->push_back(std::move(item));
        return deepen(*list, depth);
    }
    Result<void> set_items(json::array items, int depth) {
        Item* dict = TRY(top());
        auto* to = dict->value->if_object();
        if (to == nullptr || items.size() % 2 != 0) return corrupt("sets items of what is no dict");
        for (size_t i = 0; i < items.size(); i += 2) {
            const auto* key = items[i].if_string();
            if (key == nullptr) return fail(ErrorCode::unsupported, "the pickle has a dict whose keys are not texts");
            (*to)[*key] = std::move(items[i + 1]);
        }
        return deepen(*dict, depth);
    }

    Result<void> remember(std::uint64_t index) {
        // Containers are remembered while still empty; one that is asked for again could be anything by then.
        const auto* value = &*TRY(top())->value;
        const bool is_container = value->is_array() || value->is_object();
        memo_[index] = is_container ? std::nullopt : std::optional(*value);
        return {};
    }
    Result<void> recall(std::uint64_t index) {
        const auto found = memo_.find(index);
        if (found == memo_.end()) return corrupt("recalls what it never remembered");
        if (!found->second) return fail(ErrorCode::unsupported, "the pickle refers twice to the same list or dict");
        if (const auto* text = found->second->if_string()) recalled_ += text->size();
        if (recalled_ > kMaxBytes) return fail(ErrorCode::unsupported, "the pickle holds too much");
        push(*found->second);
        return {};
    }

    Result<void> step(char code);
    Result<void> step_number(char code);
    Result<void> step_container(char code);

    std::string_view bytes_;
    size_t at_ = 0;
    size_t recalled_ = 0;
    std::vector<Item> stack_;
    std::map<std::uint64_t, std::optional<json::value>> memo_;
};

// Codes as in Python's pickletools, protocols 2 to 5.
Result<void> Unpickler::step(char code) {
    switch (code) {
        case '\x80': TRY(take(1)); return {};
        case '\x95': TRY(take(8)); return {};  // a frame's size
        case 'N': return push(nullptr), Result<void>();
        case '\x88': return push(true), Result<void>();
        case '\x89': return push(false), Result<void>();
        case '\x8c': return push_text(TRY(number(1)));
        case 'X': return push_text(TRY(number(4)));
        case '\x8d': return push_text(TRY(number(8)));
        case 'q': return remember(TRY(number(1)));
        case 'r': return remember(TRY(number(4)));
        case '\x94': return remember(memo_.size());
        case 'h': return recall(TRY(number(1)));
        case 'j': return recall(TRY(number(4)));
        case '(': return stack_.emplace_back(), Result<void>();
        case 'K':
        case 'M':
        case 'J':
        case 'G':
        case '\x8a': return step_number(code);
        default: return step_container(code);
    }
}

Result<void> Unpickler::step_number(char code) {
    switch (code) {
        case 'K': push(static_cast<std::int64_t>(TRY(number(1)))); return {};
        case 'M': push(static_cast<std::int64_t>(TRY(number(2)))); return {};
        case 'J': push(std::int64_t{static_cast<std::int32_t>(TRY(number(4)))}); return {};
        case 'G': {
            std::uint64_t bits = 0;
            for (const char byte : TRY(take(8))) bits = bits << 8 | static_cast<unsigned char>(byte);
            const auto real = std::bit_cast<double>(bits);
            if (!(real - real == 0)) return fail(ErrorCode::unsupported, "the pickle has a number that JSON lacks");
            push(real);
            return {};
        }
        default: return push_long(TRY(number(1)));
    }
}

Result<void> Unpickler::step_container(char code) {
    int depth = 0;
    switch (code) {
        case ']':
        case ')':
        case '\x8f': push(json::array()); return {};
        case '}': push(json::object()); return {};
        case 'a': {
            json::array one;
            one.push_back(TRY(pop(depth)));
            return append(std::move(one), depth);
        }
        case 'e':
        case '\x90': {
            auto items = TRY(pop_to_mark(depth));
            return append(std::move(items), depth);
        }
        case 's': {
            json::array pair(2);
            pair[1] = TRY(pop(depth));
            pair[0] = TRY(pop(depth));
            return set_items(std::move(pair), depth);
        }
        case 'u': {
            auto items = TRY(pop_to_mark(depth));
            return set_items(std::move(items), depth);
        }
        case '\x85': return push_tuple(1);
        case '\x86': return push_tuple(2);
        case '\x87': return push_tuple(3);
        case 't':
        case '\x91': {
            auto items = TRY(pop_to_mark(depth));
            return push_items(std::move(items), depth);
        }
        default:
            return fail(ErrorCode::unsupported, fmt::format("the pickle holds an object of a class (code {:#04x})",
                                                            static_cast<unsigned char>(code)));
    }
}

}  // namespace

Result<json::value> read_plain_pickle(std::string_view bytes) {
    if (bytes.size() < 3 || bytes.front() != '\x80') return corrupt("has no beginning");
    if (bytes.size() > kMaxBytes) return fail(ErrorCode::unsupported, "the pickle is larger than 64 MB");
    return Unpickler(bytes).run();
}

}  // namespace gale::detail
