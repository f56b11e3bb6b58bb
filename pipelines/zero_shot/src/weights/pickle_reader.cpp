#include "weights/pickle_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <optional>
#include <unordered_map>

#include "weights/pickle_value.hpp"

namespace gale::zero_shot {

namespace {

constexpr std::size_t kMaxValues = 10'000'000;

struct StorageKind {
    std::string_view name;
    TensorType type;
};

constexpr std::array kStorages{
    StorageKind{"torch.DoubleStorage", TensorType::kF64}, StorageKind{"torch.FloatStorage", TensorType::kF32},
    StorageKind{"torch.HalfStorage", TensorType::kF16},   StorageKind{"torch.BFloat16Storage", TensorType::kBF16},
    StorageKind{"torch.LongStorage", TensorType::kI64},   StorageKind{"torch.IntStorage", TensorType::kI32},
    StorageKind{"torch.ShortStorage", TensorType::kI16},  StorageKind{"torch.CharStorage", TensorType::kI8},
    StorageKind{"torch.ByteStorage", TensorType::kU8},    StorageKind{"torch.BoolStorage", TensorType::kBool},
};
constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr std::string_view kTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kParameter = "torch._utils._rebuild_parameter";

std::optional<std::vector<std::size_t>> as_sizes(const PickleValue& value) {
    const auto* tuple = value.as<PickleTuple>();
    if (tuple == nullptr) return std::nullopt;
    std::vector<std::size_t> sizes;
    for (const PickleValue& item : *tuple->items) {
        const auto* size = item.as<std::int64_t>();
        if (size == nullptr || *size < 0) return std::nullopt;
        sizes.push_back(static_cast<std::size_t>(*size));
    }
    return sizes;
}

class PickleMachine {
public:
    PickleMachine(std::span<const std::byte> pickle, std::string_view file) : pickle_(pickle), file_(file) {}

    /// The value stays whole as long as the machine lives.
    Result<PickleValue> run() {
        while (!stopped_) {
            const auto opcode = number<std::uint8_t>();
            if (!opcode) return std::unexpected(opcode.error());
            if (auto done = step(static_cast<char>(*opcode)); !done) return std::unexpected(done.error());
            if (stack_.size() + memo_.size() + all_items_.size() + all_entries_.size() > kMaxValues)
                return refuse("it has too many values");
        }
        return pop();
    }

private:
    std::unexpected<Error> refuse(std::string_view what) const {
        return fail(
            ErrorKind::kInput,
            fmt::format("weights {} are no state dict of tensors: {} (byte {} of its pickle); nothing of it was "
                        "executed. Use the model's safetensors",
                        file_, what, place_));
    }

    Result<std::string_view> bytes(std::size_t count) {
        if (count > pickle_.size() - place_) return refuse("it is cut off");
        const std::string_view found(reinterpret_cast<const char*>(pickle_.data()) + place_, count);
        place_ += count;
        return found;
    }

    template <typename T>
    Result<T> number() {
        const auto found = bytes(sizeof(T));
        if (!found) return std::unexpected(found.error());
        T value;
        std::memcpy(&value, found->data(), sizeof(T));  // pickles are little endian, as this program's CPUs
        return value;
    }

    Result<std::string> line() {
        const std::string_view rest(reinterpret_cast<const char*>(pickle_.data()) + place_, pickle_.size() - place_);
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) return refuse("it is cut off");
        place_ += end + 1;
        return std::string(rest.substr(0, end));
    }

    Result<PickleValue> pop() {
        if (stack_.empty() || stack_.back().as<PickleMark>() != nullptr) return refuse("its stack is empty");
        PickleValue top = std::move(stack_.back());
        stack_.pop_back();
        return top;
    }

    template <typename T>
    Result<void> push(Result<T> value) {
        if (!value) return std::unexpected(value.error());
        stack_.push_back(PickleValue{std::move(*value)});
        return {};
    }

    Result<void> push_value(PickleValue value) {
        stack_.push_back(std::move(value));
        return {};
    }

    /// What was pushed since the last mark; the mark goes too.
    Result<PickleItems> items() {
        const auto mark = std::ranges::find_if(
            stack_.rbegin(), stack_.rend(), [](const PickleValue& value) { return value.as<PickleMark>() != nullptr; });
        if (mark == stack_.rend()) return refuse("a mark is missing");
        PickleItems found(std::make_move_iterator(mark.base()), std::make_move_iterator(stack_.end()));
        stack_.erase(std::prev(mark.base()), stack_.end());
        return found;
    }

    Result<void> tuple(std::size_t count) {
        if (stack_.size() < count) return refuse("its stack is empty");
        PickleItems found(std::make_move_iterator(stack_.end() - static_cast<std::ptrdiff_t>(count)),
                          std::make_move_iterator(stack_.end()));
        stack_.resize(stack_.size() - count);
        return push_value({PickleTuple{new_items(std::move(found))}});
    }

    Result<void> marked(bool as_tuple) {
        auto found = items();
        if (!found) return std::unexpected(found.error());
        PickleItems* const owned = new_items(std::move(*found));
        if (as_tuple) return push_value({PickleTuple{owned}});
        return push_value({PickleList{owned}});
    }

    template <typename Length>
    Result<void> text() {
        const auto length = number<Length>();
        if (!length) return std::unexpected(length.error());
        const auto found = bytes(*length);
        if (!found) return std::unexpected(found.error());
        return push_value({std::string(*found)});
    }

    template <typename Index>
    Result<void> recall() {
        const auto index = number<Index>();
        if (!index) return std::unexpected(index.error());
        const auto found = memo_.find(*index);
        if (found == memo_.end()) return refuse("it recalls what it never stored");
        return push_value(found->second);
    }

    Result<void> remember(std::size_t index) {
        if (stack_.empty() || stack_.back().as<PickleMark>() != nullptr) return refuse("its stack is empty");
        memo_[index] = stack_.back();
        return {};
    }

    template <typename Index>
    Result<void> remember_at() {
        const auto index = number<Index>();
        if (!index) return std::unexpected(index.error());
        return remember(*index);
    }

    template <typename T>
    Result<void> integer() {
        const auto value = number<T>();
        if (!value) return std::unexpected(value.error());
        return push_value({static_cast<std::int64_t>(*value)});
    }

    Result<void> long_integer() {
        const auto length = number<std::uint8_t>();
        if (!length) return std::unexpected(length.error());
        if (*length > 8) return refuse("a number has more than 64 bits");
        const auto found = bytes(*length);
        if (!found) return std::unexpected(found.error());
        std::uint64_t value = 0;
        for (std::size_t i = found->size(); i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>((*found)[i]);
        const unsigned unused = 64 - 8 * static_cast<unsigned>(found->size());
        if (unused == 64) return push_value({std::int64_t{0}});
        return push_value({static_cast<std::int64_t>(value << unused) >> unused});
    }

    Result<void> big_endian_double() {
        const auto found = bytes(8);
        if (!found) return std::unexpected(found.error());
        std::uint64_t bits = 0;
        for (const char byte : *found) bits = (bits << 8) | static_cast<std::uint8_t>(byte);
        return push_value({std::bit_cast<double>(bits)});
    }

    Result<void> global(std::string name) {
        const bool known = name == kOrderedDict || name == kTensor || name == kParameter ||
                           std::ranges::find(kStorages, name, &StorageKind::name) != kStorages.end();
        if (!known) return refuse(fmt::format("it names {}", name));
        return push_value({PickleGlobal{std::move(name)}});
    }

    Result<void> global_of_lines() {
        const auto module = line();
        if (!module) return std::unexpected(module.error());
        const auto name = line();
        if (!name) return std::unexpected(name.error());
        return global(*module + "." + *name);
    }

    Result<void> global_of_stack() {
        const auto name = pop();
        if (!name) return std::unexpected(name.error());
        const auto module = pop();
        if (!module) return std::unexpected(module.error());
        const auto* name_text = name->as<std::string>();
        const auto* module_text = module->as<std::string>();
        if (name_text == nullptr || module_text == nullptr) return refuse("a global has no name");
        return global(*module_text + "." + *name_text);
    }

    /// ('storage', torch.FloatStorage, key, device, element count)
    Result<void> persistent() {
        const auto id = pop();
        if (!id) return std::unexpected(id.error());
        const auto* tuple = id->as<PickleTuple>();
        if (tuple == nullptr || tuple->items->size() < 3) return refuse("a storage is described wrongly");
        const auto* kind = (*tuple->items)[1].as<PickleGlobal>();
        const auto* key = (*tuple->items)[2].as<std::string>();
        if (kind == nullptr || key == nullptr) return refuse("a storage is described wrongly");
        const auto* storage = std::ranges::find(kStorages, kind->name, &StorageKind::name);
        if (storage == kStorages.end()) return refuse(fmt::format("{} is no storage", kind->name));
        return push_value({PickleStorage{storage->type, *key}});
    }

    /// REDUCE: what the three callables would make, made here.
    Result<void> make() {
        const auto arguments = pop();
        if (!arguments) return std::unexpected(arguments.error());
        const auto callable = pop();
        if (!callable) return std::unexpected(callable.error());
        const auto* tuple = arguments->as<PickleTuple>();
        const auto* what = callable->as<PickleGlobal>();
        if (tuple == nullptr || what == nullptr) return refuse("it calls what is no function");
        const PickleItems& given = *tuple->items;
        if (what->name == kOrderedDict) return push_value({PickleDict{new_entries()}});
        if (what->name == kParameter && !given.empty()) return push_value(given.front());
        if (what->name == kTensor && given.size() >= 4) return make_tensor(given);
        return refuse(fmt::format("it calls {} with {} arguments", what->name, given.size()));
    }

    Result<void> make_tensor(const PickleItems& given) {
        const auto* storage = given[0].as<PickleStorage>();
        const auto* offset = given[1].as<std::int64_t>();
        const auto shape = as_sizes(given[2]);
        const auto strides = as_sizes(given[3]);
        if (storage == nullptr || offset == nullptr || *offset < 0 || !shape || !strides ||
            shape->size() != strides->size()) {
            return refuse("a tensor is described wrongly");
        }
        return push_value({std::make_shared<const PickledTensor>(
            PickledTensor{storage->type, storage->key, static_cast<std::size_t>(*offset), *shape, *strides})});
    }

    Result<void> set_items(PickleItems pairs) {
        if (pairs.size() % 2 != 0) return refuse("a dict has a key without a value");
        if (stack_.empty()) return refuse("its stack is empty");
        const auto* dict = stack_.back().as<PickleDict>();
        if (dict == nullptr) return refuse("it fills what is no dict");
        for (std::size_t i = 0; i < pairs.size(); i += 2) {
            dict->entries->emplace_back(std::move(pairs[i]), std::move(pairs[i + 1]));
        }
        return {};
    }

    Result<void> set_one_item() {
        auto value = pop();
        if (!value) return std::unexpected(value.error());
        auto key = pop();
        if (!key) return std::unexpected(key.error());
        PickleItems pair;
        pair.push_back(std::move(*key));
        pair.push_back(std::move(*value));
        return set_items(std::move(pair));
    }

    Result<void> set_marked_items() {
        auto pairs = items();
        if (!pairs) return std::unexpected(pairs.error());
        return set_items(std::move(*pairs));
    }

    Result<void> append(PickleItems more) {
        if (stack_.empty()) return refuse("its stack is empty");
        const auto* list = stack_.back().as<PickleList>();
        if (list == nullptr) return refuse("it appends to what is no list");
        std::ranges::move(more, std::back_inserter(*list->items));
        return {};
    }

    Result<void> append_marked() {
        auto more = items();
        if (!more) return std::unexpected(more.error());
        return append(std::move(*more));
    }

    /// BUILD sets attributes (a state dict's _metadata): none of them is a weight.
    Result<void> drop_state() {
        const auto state = pop();
        if (!state) return std::unexpected(state.error());
        if (stack_.empty() || stack_.back().as<PickleDict>() == nullptr) return refuse("it sets the state of no dict");
        return {};
    }

    Result<void> skip(std::size_t count) {
        const auto skipped = bytes(count);
        if (!skipped) return std::unexpected(skipped.error());
        return {};
    }

    Result<void> step(char opcode);

    PickleItems* new_items(PickleItems items) { return &all_items_.emplace_back(std::move(items)); }
    PickleEntries* new_entries() { return &all_entries_.emplace_back(); }

    std::span<const std::byte> pickle_;
    std::string_view file_;
    std::size_t place_ = 0;
    bool stopped_ = false;
    std::deque<PickleItems> all_items_;
    std::deque<PickleEntries> all_entries_;
    std::vector<PickleValue> stack_;
    std::unordered_map<std::size_t, PickleValue> memo_;
};

Result<void> PickleMachine::step(char opcode) {
    switch (opcode) {
        case '\x80': return skip(1);                                // PROTO
        case '\x95': return skip(8);                                // FRAME
        case '.': stopped_ = true; return {};                       // STOP
        case '(': return push_value({PickleMark{}});                // MARK
        case 'N': return push_value({PickleNone{}});                // NONE
        case '\x88': return push_value({true});                     // NEWTRUE
        case '\x89': return push_value({false});                    // NEWFALSE
        case 'K': return integer<std::uint8_t>();                   // BININT1
        case 'M': return integer<std::uint16_t>();                  // BININT2
        case 'J': return integer<std::int32_t>();                   // BININT
        case '\x8a': return long_integer();                         // LONG1
        case 'G': return big_endian_double();                       // BINFLOAT
        case 'X': return text<std::uint32_t>();                     // BINUNICODE
        case '\x8c': return text<std::uint8_t>();                   // SHORT_BINUNICODE
        case 'U': return text<std::uint8_t>();                      // SHORT_BINSTRING
        case ')': return push_value({PickleTuple{new_items({})}});  // EMPTY_TUPLE
        case '\x85': return tuple(1);                               // TUPLE1
        case '\x86': return tuple(2);                               // TUPLE2
        case '\x87': return tuple(3);                               // TUPLE3
        case 't': return marked(true);                              // TUPLE
        case ']': return push_value({PickleList{new_items({})}});   // EMPTY_LIST
        case 'l': return marked(false);                             // LIST
        case 'e': return append_marked();                           // APPENDS
        case '}': return push_value({PickleDict{new_entries()}});   // EMPTY_DICT
        case 's': return set_one_item();                            // SETITEM
        case 'u': return set_marked_items();                        // SETITEMS
        case 'q': return remember_at<std::uint8_t>();               // BINPUT
        case 'r': return remember_at<std::uint32_t>();              // LONG_BINPUT
        case '\x94': return remember(memo_.size());                 // MEMOIZE
        case 'h': return recall<std::uint8_t>();                    // BINGET
        case 'j': return recall<std::uint32_t>();                   // LONG_BINGET
        case 'c': return global_of_lines();                         // GLOBAL
        case '\x93': return global_of_stack();                      // STACK_GLOBAL
        case 'Q': return persistent();                              // BINPERSID
        case 'R': return make();                                    // REDUCE
        case 'b': return drop_state();                              // BUILD
        default: return refuse(fmt::format("it has the opcode {:#04x}", static_cast<std::uint8_t>(opcode)));
    }
}

}  // namespace

Result<std::map<std::string, PickledTensor, std::less<>>> read_state_dict(std::span<const std::byte> pickle,
                                                                          std::string_view name) {
    PickleMachine machine(pickle, name);
    const auto value = machine.run();
    if (!value) return std::unexpected(value.error());
    const auto* dict = value->as<PickleDict>();
    if (dict == nullptr) {
        return fail(ErrorKind::kInput, fmt::format("weights {} hold no state dict; use the model's safetensors", name));
    }
    std::map<std::string, PickledTensor, std::less<>> tensors;
    for (const auto& [key, entry] : *dict->entries) {
        const auto* text = key.as<std::string>();
        const auto* tensor = entry.as<std::shared_ptr<const PickledTensor>>();
        if (text != nullptr && tensor != nullptr) tensors.insert_or_assign(*text, **tensor);
    }
    return tensors;
}

}  // namespace gale::zero_shot
