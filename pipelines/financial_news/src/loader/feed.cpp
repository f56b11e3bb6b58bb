#include "loader/feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <pugixml.hpp>
#include <unordered_set>

#include "loader/date.hpp"
#include "loader/encoding.hpp"
#include "loader/html_text.hpp"
#include "tsv/utf8.hpp"

namespace financial_news {
namespace {

using pugi::xml_node;

std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view prefix(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon + 1);
}

/// Collects the text below `node`; walks without recursion, as a hostile feed nests deeply.
class TextCollector : public pugi::xml_tree_walker {
public:
    std::string text;

    bool for_each(xml_node& node) override {
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) text += node.value();
        if (node.type() == pugi::node_element && is_block_element(local_name(node.name()))) text += ' ';
        return true;
    }
};

std::string text_of(xml_node node) {
    TextCollector collector;
    node.traverse(collector);
    return with_valid_utf8(collector.text);  // pugixml takes "&#xD800;" and the like literally
}

std::string attribute_text(pugi::xml_attribute attribute) {
    return collapse_space(with_valid_utf8(attribute.value()));
}

/// The first child of one of these names that holds text. A name without a prefix is looked up in
/// the namespace prefix of the parent, so that media:title is not taken for title.
xml_node find_child(xml_node parent, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        const bool own = !name.contains(':');
        const std::string wanted = fmt::format("{}{}", own ? prefix(parent.name()) : "", name);
        for (const xml_node child : parent.children(wanted.c_str())) {
            if (child.first_child()) return child;
        }
    }
    return {};
}

std::string plain_child(xml_node parent, std::initializer_list<std::string_view> names) {
    return collapse_space(text_of(find_child(parent, names)));
}

/// Text of a title or summary. Atom says which kind it is; RSS means HTML.
std::string readable_child(xml_node parent, bool atom, std::initializer_list<std::string_view> names) {
    const xml_node child = find_child(parent, names);
    const std::string_view type = child.attribute("type").value();
    const bool html = !atom || type == "html" || type == "text/html";
    return html ? html_to_text(text_of(child)) : collapse_space(text_of(child));
}

/// The item's page: Atom's `href` of the alternate link, RSS's text.
std::string link_of(xml_node item, bool atom) {
    if (!atom) return plain_child(item, {"link"});
    std::string first;
    for (const xml_node link : item.children(fmt::format("{}link", prefix(item.name())).c_str())) {
        const std::string_view relation = link.attribute("rel").as_string("alternate");
        const std::string href = attribute_text(link.attribute("href"));
        if (relation == "alternate" && !href.empty()) return href;
        if (first.empty()) first = href;
    }
    return first;
}

/// FNV-1a, for an id that is the same each time the item is loaded.
std::string content_id(const FeedItem& item) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::string* field : {&item.title, &item.summary, &item.raw_date}) {
        for (const char byte : *field) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
        hash = (hash ^ 0xFF) * 0x100000001b3;  // a byte of no UTF-8 text parts the fields
    }
    return fmt::format("item-{:016x}", hash);
}

std::string id_of(xml_node node, const FeedItem& item, bool atom) {
    std::string id = plain_child(node, {"guid", "id", "dc:identifier"});
    if (id.empty()) {
        for (const auto attribute : node.attributes()) {
            if (local_name(attribute.name()) == "about") id = attribute_text(attribute);
        }
    }
    if (id.empty()) id = link_of(node, atom);
    return id.empty() ? content_id(item) : id;
}

FeedItem read_item(xml_node node, bool atom) {
    FeedItem item;
    item.title = readable_child(node, atom, {"title", "dc:title"});
    item.summary = atom ? readable_child(node, atom, {"summary", "content"})
                        : readable_child(node, atom, {"description", "content:encoded", "summary"});
    item.raw_date = plain_child(node, {"pubDate", "published", "issued", "dc:date", "updated", "modified", "created",
                                       "atom:published", "atom:updated", "date"});
    item.published = parse_feed_date(item.raw_date);
    item.id = id_of(node, item, atom);
    return item;
}

std::unexpected<Error> bad_feed(std::string what) {
    return fail(ErrorKind::kInput, std::move(what));
}

std::string position(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("line {}, column {}", line, offset - line_start + 1);
}

/// How a document that should be XML starts, fit for a message.
std::string excerpt(std::string_view text) {
    std::string out;
    for (const char c : collapse_space(text.substr(0, 200))) {
        if (out.size() == 40) break;
        out += c >= ' ' && c < 0x7F ? c : '?';
    }
    return out;
}

/// Whether the root element was opened, but its end tag is not there.
bool is_cut_off(std::string_view text) {
    for (const std::string_view root : {"rss", "RDF", "feed"}) {
        const bool opened = text.contains(fmt::format("<{}", root)) || text.contains(fmt::format(":{} ", root));
        const bool closed = text.contains(fmt::format("</{}", root)) || text.contains(fmt::format(":{}>", root));
        if (opened && !closed) return true;
    }
    return false;
}

std::unexpected<Error> not_xml(std::string_view text, const pugi::xml_parse_result& parsed) {
    const std::string where = position(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)));
    if (is_cut_off(text)) {
        return bad_feed(
            fmt::format("it is cut off: {} bytes came, and the end of the feed is not among "
                        "them ({}); run the task again",
                        text.size(), where));
    }
    return bad_feed(
        fmt::format("it is not XML: {} at {}; it starts with \"{}\". Check that the address is "
                    "that of a feed",
                    parsed.description(), where, excerpt(text)));
}

bool looks_like_html(std::string_view text) {
    std::string start(text.substr(0, 1000));
    std::ranges::transform(start, start.begin(), [](unsigned char c) { return std::tolower(c); });
    return start.contains("<html") || start.contains("<!doctype html");
}

struct Channel {
    xml_node node;  // with the feed's own date
    std::vector<xml_node> items;
    bool atom;
};

/// The channel of whichever format the root names; nullopt when it names none.
std::optional<Channel> find_channel(xml_node root) {
    const std::string_view name = local_name(root.name());
    if (name != "rss" && name != "RDF" && name != "feed") return std::nullopt;
    Channel channel{root, {}, name == "feed"};
    const std::string_view item_name = channel.atom ? "entry" : "item";
    const auto collect = [&](xml_node parent) {
        for (const xml_node child : parent.children()) {
            if (local_name(child.name()) == item_name) channel.items.push_back(child);
        }
    };
    if (!channel.atom) {
        for (const xml_node child : root.children()) {
            if (local_name(child.name()) == "channel") channel.node = child;
        }
        if (channel.node != root) collect(channel.node);
    }
    collect(root);
    return channel;
}

Result<Feed> read_channel(const Channel& channel) {
    if (channel.items.empty()) {
        return bad_feed(
            "the feed has no items; check that the address is that of a feed with news, or "
            "run the task again when it has some");
    }
    Feed feed;
    feed.date =
        parse_feed_date(plain_child(channel.node, {"pubDate", "lastBuildDate", "updated", "modified", "dc:date"}));
    std::unordered_set<std::string> seen;
    for (const xml_node node : channel.items) {
        FeedItem item = read_item(node, channel.atom);
        if (item.title.empty() && item.summary.empty()) continue;  // nothing to read or to classify
        if (seen.insert(item.id).second) feed.items.push_back(std::move(item));
    }
    if (feed.items.empty()) {
        return bad_feed(fmt::format("none of the feed's {} items has a title or a summary; use another feed",
                                    channel.items.size()));
    }
    return feed;
}

}  // namespace

Result<Feed> parse_feed(std::string_view bytes, std::string_view charset) {
    auto text = xml_to_utf8(bytes, charset);
    if (!text) return std::unexpected(text.error());
    if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
        return bad_feed("it is empty; check the address, or run the task again later");
    }
    if (text->contains('\0')) {
        return bad_feed("it is not XML: it holds NUL bytes; check that the address is that of a feed");
    }
    pugi::xml_document document;
    const auto parsed = document.load_buffer(text->data(), text->size(), pugi::parse_default | pugi::parse_ws_pcdata,
                                             pugi::encoding_utf8);
    const auto channel = find_channel(document.document_element());
    if (!channel && looks_like_html(*text)) {
        return bad_feed("it is a web page, not a feed; use the address of the site's RSS or Atom feed");
    }
    if (!parsed) return not_xml(*text, parsed);
    if (!channel) {
        return bad_feed(
            fmt::format("its root element is <{}>, where a feed has <rss>, <rdf:RDF> or <feed>; "
                        "check that the address is that of a feed",
                        excerpt(document.document_element().name())));
    }
    return read_channel(*channel);
}

std::vector<NewsRow> newest_news(const Feed& feed, std::size_t limit, std::chrono::sys_seconds now, Repairs& repairs) {
    const std::chrono::sys_seconds stand_in = std::min(feed.date.value_or(now), now);
    std::vector<const FeedItem*> order;
    for (const FeedItem& item : feed.items) {
        order.push_back(&item);
        if (item.published) continue;
        if (repairs.undated++ == 0) repairs.example = fmt::format("\"{}\" (date: \"{}\")", item.title, item.raw_date);
    }
    const auto newest_first = [&](const FeedItem* a, const FeedItem* b) {
        return a->published.value_or(stand_in) > b->published.value_or(stand_in);
    };
    std::ranges::stable_sort(order, newest_first);
    order.resize(std::min(order.size(), limit));

    std::vector<NewsRow> rows;
    for (const FeedItem* item : order) {
        rows.push_back({item->id, format_utc(item->published.value_or(stand_in)), item->title, item->summary});
    }
    return rows;
}

}  // namespace financial_news
