#include "loader/html_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "loader/encoding.hpp"
#include "tsv/utf8.hpp"

namespace financial_news {
namespace {

struct Entity {
    std::string_view name;  // with its semicolon where HTML wants one
    std::string_view text;
};

constexpr Entity kEntities[] = {
#include "loader/html_entities.inc"
};
static_assert(std::ranges::is_sorted(kEntities, {}, &Entity::name));

constexpr std::size_t kLongestName =
    std::ranges::max(kEntities, {}, [](const Entity& entity) { return entity.name.size(); }).name.size();

bool is_alpha(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

/// A reference at the start of a text: what it stands for and how many bytes it takes.
struct Reference {
    std::string text;
    std::size_t length;
};

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

std::optional<Reference> numeric_reference(std::string_view html) {
    std::size_t at = 2;
    int base = 10;
    if (at < html.size() && (html[at] == 'x' || html[at] == 'X')) {
        base = 16;
        ++at;
    }
    const std::size_t first_digit = at;
    char32_t code = 0;
    for (; at < html.size() && digit_value(html[at]) < base; ++at) {
        code = std::min<char32_t>(code * base + digit_value(html[at]), 0x110000);
    }
    if (at == first_digit) return std::nullopt;
    if (at < html.size() && html[at] == ';') ++at;
    if (code == 0) code = 0xFFFD;
    if (code >= 0x80 && code <= 0x9F) code = windows_1252_code_point(static_cast<unsigned char>(code));
    Reference reference{{}, at};
    append_utf8(reference.text, code);
    return reference;
}

std::optional<Reference> named_reference(std::string_view html) {
    std::string_view name = html.substr(1, kLongestName);
    std::size_t length = 0;
    while (length < name.size() && is_alnum(name[length])) ++length;
    if (length < name.size() && name[length] == ';') ++length;
    // The longest name wins; shorter ones are for references without a semicolon ("&notit" is ¬it).
    for (; length > 0; --length) {
        const auto candidate = name.substr(0, length);
        const auto found = std::ranges::lower_bound(kEntities, candidate, {}, &Entity::name);
        if (found != std::end(kEntities) && found->name == candidate) {
            return Reference{std::string(found->text), length + 1};
        }
    }
    return std::nullopt;
}

/// End of the tag that starts at `at` (past its '>'), or npos when it never ends.
std::size_t tag_end(std::string_view html, std::size_t at) {
    char quote = 0;
    bool value = false;  // quotes count only where an attribute's value may start
    for (++at; at < html.size(); ++at) {
        const char c = html[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '>') {
            return at + 1;
        } else if (value && (c == '"' || c == '\'')) {
            quote = c;
        }
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') value = c == '=';
    }
    return std::string_view::npos;
}

std::string_view tag_name(std::string_view tag) {
    std::size_t start = 1;
    if (start < tag.size() && tag[start] == '/') ++start;
    std::size_t end = start;
    while (end < tag.size() && is_alnum(tag[end])) ++end;
    return tag.substr(start, end - start);
}

/// End of the comment, declaration or tag at `at`, with what a script or style holds; npos when
/// the '<' is just a character.
std::size_t markup_end(std::string_view html, std::size_t at) {
    const std::string_view rest = html.substr(at);
    if (rest.starts_with("<!--")) {
        const std::size_t end = html.find("-->", at + 4);
        return end == std::string_view::npos ? html.size() : end + 3;
    }
    if (rest.size() < 2) return std::string_view::npos;
    const bool closing = rest[1] == '/' && rest.size() > 2 && is_alpha(rest[2]);
    if (!is_alpha(rest[1]) && !closing && rest[1] != '!' && rest[1] != '?') return std::string_view::npos;
    return tag_end(html, at);
}

/// Where the text goes on after the opening tag of a script or style element that ends at `at`.
std::size_t skip_hidden_content(std::string_view html, std::size_t at, const std::string& name) {
    for (std::size_t close = html.find("</", at); close != std::string_view::npos; close = html.find("</", close + 2)) {
        if (lower(html.substr(close + 2, name.size())) != name) continue;
        const std::size_t end = html.find('>', close);
        return end == std::string_view::npos ? html.size() : end + 1;
    }
    return html.size();
}

/// Bytes that the white space or dropped character at the start of `text` takes; 0 when it is neither.
struct Skipped {
    std::size_t length = 0;
    bool is_space = false;
};

Skipped skipped_at(std::string_view text) {
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) return {1, true};
    if (byte < 0x20 || byte == 0x7F) return {1, false};
    if (byte < 0xC2 || byte > 0xEF) return {};
    if (text.starts_with("\xC2\xA0") || text.starts_with("\xC2\x85")) return {2, true};
    if (byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0) return {2, false};
    if (text.starts_with("\xEF\xBB\xBF")) return {3, false};
    if (text.starts_with("\xE3\x80\x80") || text.starts_with("\xE2\x81\x9F")) return {3, true};
    if (text.size() > 2 && text.starts_with("\xE2\x80")) {
        const auto last = static_cast<unsigned char>(text[2]);
        const bool space = (last >= 0x80 && last <= 0x8A) || last == 0xA8 || last == 0xA9 || last == 0xAF;
        if (space) return {3, true};
    }
    return {};
}

}  // namespace

bool is_block_element(std::string_view name) {
    static constexpr std::array<std::string_view, 36> kBlocks = {
        "address", "article",  "aside",      "blockquote", "body",   "br",   "dd",   "div", "dl",
        "dt",      "fieldset", "figcaption", "figure",     "footer", "form", "h1",   "h2",  "h3",
        "h4",      "h5",       "h6",         "header",     "hr",     "li",   "main", "nav", "ol",
        "p",       "pre",      "section",    "table",      "tbody",  "td",   "th",   "tr",  "ul"};
    static_assert(std::ranges::is_sorted(kBlocks));
    return std::ranges::binary_search(kBlocks, lower(name));
}

std::string decode_entities(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    for (std::size_t at = 0; at < html.size();) {
        std::optional<Reference> reference;
        if (html[at] == '&' && at + 1 < html.size()) {
            const auto rest = html.substr(at);
            reference = rest[1] == '#' ? numeric_reference(rest) : named_reference(rest);
        }
        if (reference) {
            out += reference->text;
            at += reference->length;
        } else {
            out += html[at++];
        }
    }
    return out;
}

std::string strip_tags(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    for (std::size_t at = 0; at < html.size();) {
        const std::size_t end = html[at] == '<' ? markup_end(html, at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += html[at++];
            continue;
        }
        const std::string_view tag = html.substr(at, end - at);
        const std::string name = lower(tag_name(tag));
        if (is_block_element(name)) out += ' ';
        at = end;
        if (tag[1] != '/' && (name == "script" || name == "style")) at = skip_hidden_content(html, at, name);
    }
    return out;
}

std::string collapse_space(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool pending = false;
    for (std::size_t at = 0; at < text.size();) {
        const Skipped skipped = skipped_at(text.substr(at));
        if (skipped.length > 0) {
            pending = pending || skipped.is_space;
            at += skipped.length;
            continue;
        }
        if (pending && !out.empty()) out += ' ';
        pending = false;
        out += text[at++];
    }
    return out;
}

std::string html_to_text(std::string_view html) {
    return collapse_space(decode_entities(strip_tags(html)));
}

}  // namespace financial_news
