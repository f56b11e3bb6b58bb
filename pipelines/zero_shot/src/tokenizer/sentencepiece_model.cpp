#include "tokenizer/sentencepiece_model.hpp"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "tsv/utf8.hpp"

namespace gale::zero_shot {

namespace {

/// Fields of the message, of a piece, of trainer_spec and of normalizer_spec.
constexpr std::uint64_t kPieces = 1;
constexpr std::uint64_t kTrainerSpec = 2;
constexpr std::uint64_t kNormalizerSpec = 3;
constexpr std::uint64_t kPieceText = 1;
constexpr std::uint64_t kPieceScore = 2;
constexpr std::uint64_t kModelType = 3;
constexpr std::uint64_t kCharsmap = 2;
constexpr std::uint64_t kUnigram = 1;

struct Field {
    std::uint64_t number;
    std::uint64_t value;     ///< of a number
    std::string_view bytes;  ///< of a text or message
};

/// Takes fields off a protobuf message: the wire format of protobuf.dev/programming-guides/encoding.
class Fields {
public:
    explicit Fields(std::string_view bytes) : rest_(bytes) {}

    /// Nothing at the end, and when the message is damaged.
    std::optional<Field> next() {
        if (rest_.empty() || damaged_) return std::nullopt;
        const std::uint64_t key = take_varint();
        Field field{key >> 3, 0, {}};
        switch (key & 7U) {
            case 0: field.value = take_varint(); break;
            case 1: field.value = take_fixed(8); break;
            case 2: field.bytes = take(take_varint()); break;
            case 5: field.value = take_fixed(4); break;
            default: damaged_ = true;
        }
        if (damaged_) return std::nullopt;
        return field;
    }

    bool damaged() const { return damaged_; }

private:
    std::uint64_t take_varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) return value;
        }
        damaged_ = true;
        return 0;
    }

    std::string_view take(std::uint64_t size) {
        damaged_ = damaged_ || size > rest_.size();
        if (damaged_) return {};
        const std::string_view bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }

    std::uint64_t take_fixed(std::size_t size) {
        std::uint64_t value = 0;
        const std::string_view bytes = take(size);
        if (damaged_) return 0;
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }

    std::string_view rest_;
    bool damaged_ = false;
};

bool read_piece(std::string_view bytes, UnigramPiece& piece) {
    Fields fields(bytes);
    while (const auto field = fields.next()) {
        if (field->number == kPieceText) piece.text = field->bytes;
        if (field->number != kPieceScore) continue;
        float score = 0;
        std::memcpy(&score, &field->value, sizeof(score));
        piece.score = score;
    }
    return !fields.damaged() && find_invalid_utf8(piece.text) == std::string::npos;
}

}  // namespace

Result<SentencePieceModel> parse_sentencepiece_model(std::string_view bytes, std::string_view name) {
    SentencePieceModel model;
    std::uint64_t type = kUnigram;
    bool is_whole = true;
    Fields fields(bytes);
    while (const auto field = fields.next()) {
        if (field->number == kPieces) {
            model.pieces.push_back({"", 0});
            is_whole = read_piece(field->bytes, model.pieces.back()) && is_whole;
        }
        Fields inside(field->number == kTrainerSpec || field->number == kNormalizerSpec ? field->bytes : "");
        while (const auto part = inside.next()) {
            if (field->number == kTrainerSpec && part->number == kModelType) type = part->value;
            if (field->number == kNormalizerSpec && part->number == kCharsmap) model.charsmap = part->bytes;
        }
        is_whole = is_whole && !inside.damaged();
    }
    if (!is_whole || fields.damaged() || model.pieces.empty()) {
        return fail(ErrorKind::kInput, fmt::format("{} is no whole SentencePiece model; get the file again", name));
    }
    if (type != kUnigram) {
        return fail(ErrorKind::kInput,
                    fmt::format("{} is a SentencePiece model of type {}; this program has Unigram's (1)", name, type));
    }
    return model;
}

}  // namespace gale::zero_shot
