#include "hub/hub.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "hub/transfer.hpp"
#include "tsv/atomic_file.hpp"

namespace gale::zero_shot {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSha1Digits = 40;
constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kMaxListing = 64 << 20;

/// What a classifier reads; of the weights, one kind.
constexpr std::array<std::string_view, 13> kSmallFiles{"config.json",
                                                       "tokenizer.json",
                                                       "tokenizer_config.json",
                                                       "vocab.json",
                                                       "merges.txt",
                                                       "vocab.txt",
                                                       "spm.model",
                                                       "sentencepiece.bpe.model",
                                                       "added_tokens.json",
                                                       "modules.json",
                                                       "1_Pooling/config.json",
                                                       "sentence_bert_config.json",
                                                       "special_tokens_map.json"};

/// Network files and what may stand beside them, for a model without weights.
constexpr std::array<std::array<std::string_view, 2>, 4> kNetworkFiles{
    {{"openvino_model.xml", "openvino_model.bin"},
     {"openvino/openvino_model.xml", "openvino/openvino_model.bin"},
     {"model.onnx", "model.onnx_data"},
     {"onnx/model.onnx", "onnx/model.onnx_data"}}};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string trimmed(std::string text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
    return text;
}

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char digit) { return std::isxdigit(digit) != 0; });
}

/// The checksum of a file as the hub gives it: SHA-256, or Git's name of a blob for a shorter `wanted`.
std::string checksum(const fs::path& path, std::size_t digits) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), digits == kSha1Digits ? EVP_sha1() : EVP_sha256(), nullptr);
    if (digits == kSha1Digits) {
        const std::string head = fmt::format("blob {}", fs::file_size(path));
        EVP_DigestUpdate(digest.get(), head.c_str(), head.size() + 1);
    }
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block(1 << 20);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
        EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(file.gcount()));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    EVP_DigestFinal_ex(digest.get(), bytes.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
    return text;
}

std::unexpected<Error> refused(const std::string& name, const std::string& url, long status) {
    const std::string_view what = status == 401 || status == 403 ? "set HF_TOKEN to a token that may read it"
                                  : status == 404 ? "there is no such model, or it needs a token (HF_TOKEN)"
                                                  : "try again later";
    return fail(ErrorKind::kNetwork, fmt::format("model {}: {} answered {}; {}", name, url, status, what));
}

class Download {
public:
    Download(const std::string& name, const HubSettings& settings, const HubProgress& progress)
        : name_(name), settings_(settings), progress_(progress) {
        std::string folder = "models--" + name;
        folder.replace(folder.find('/'), 1, "--");
        root_ = fs::path(settings.cache) / folder;
    }

    Result<std::string> run() {
        const auto listing = list();
        if (!listing) return earlier(listing.error());
        for (const std::string& file : *listing) {
            if (auto fetched = fetch(file); !fetched) return std::unexpected(fetched.error());
        }
        if (auto written = write_file_atomically((root_ / "refs/main").string(), commit_); !written) {
            return std::unexpected(written.error());
        }
        return snapshot().string();
    }

private:
    fs::path snapshot() const { return root_ / "snapshots" / commit_; }

    /// Without the hub, what `refs/main` names: it is written only when all files are there.
    Result<std::string> earlier(const Error& error) {
        commit_ = trimmed(read_file(root_ / "refs/main"));
        std::error_code code;
        if (error.kind == ErrorKind::kNetwork && !commit_.empty() && fs::is_directory(snapshot(), code)) {
            return snapshot().string();
        }
        return std::unexpected(error);
    }

    TransferRequest request(const std::string& url) const {
        return {.url = url, .token = settings_.token, .timeout_seconds = settings_.timeout_seconds};
    }

    /// The files to fetch, of the newest commit.
    Result<std::vector<std::string>> list() {
        const std::string url = fmt::format("{}/api/models/{}/revision/main", settings_.endpoint, name_);
        std::string body;
        const auto answer = transfer(request(url), [&](std::string_view bytes, long) {
            body += bytes;
            return body.size() <= kMaxListing;
        });
        if (!answer) return std::unexpected(answer.error());
        if (answer->status != 200) return refused(name_, url, answer->status);
        boost::system::error_code code;
        const auto listing = boost::json::parse(body, code);
        const auto* model = code ? nullptr : listing.if_object();
        const auto* commit = model == nullptr ? nullptr : model->if_contains("sha");
        const auto* files = model == nullptr ? nullptr : model->if_contains("siblings");
        if (commit == nullptr || !commit->is_string() || files == nullptr || !files->is_array() ||
            !is_hex(commit->get_string()) || commit->get_string().empty()) {
            return fail(ErrorKind::kInput, fmt::format("{} is no description of a model", url));
        }
        commit_ = commit->get_string();
        std::vector<std::string> names;
        for (const auto& file : files->get_array()) {
            const auto* fields = file.if_object();
            const auto* text = fields == nullptr ? nullptr : fields->if_contains("rfilename");
            if (text != nullptr && text->is_string()) names.emplace_back(text->get_string());
        }
        return wanted(names);
    }

    Result<std::vector<std::string>> wanted(const std::vector<std::string>& there) const {
        const auto has = [&](std::string_view file) { return std::ranges::find(there, file) != there.end(); };
        std::vector<std::string> files;
        for (const std::string_view file : kSmallFiles) {
            if (has(file)) files.emplace_back(file);
        }
        // Only names in the folder itself: a listing must not lead out of the cache.
        const auto shards = [&](std::string_view start, std::string_view end) {
            for (const std::string& file : there) {
                if (file.starts_with(start) && file.ends_with(end) && !file.contains('/')) files.push_back(file);
            }
        };
        if (has("model.safetensors")) {
            files.emplace_back("model.safetensors");
        } else if (has("model.safetensors.index.json")) {
            files.emplace_back("model.safetensors.index.json");
            shards("model-", ".safetensors");
        } else if (has("pytorch_model.bin")) {
            files.emplace_back("pytorch_model.bin");
        } else if (has("pytorch_model.bin.index.json")) {
            files.emplace_back("pytorch_model.bin.index.json");
            shards("pytorch_model-", ".bin");
        } else {
            const auto network =
                std::ranges::find_if(kNetworkFiles, [&](const auto& pair) { return has(pair.front()); });
            if (network == kNetworkFiles.end()) {
                return fail(
                    ErrorKind::kInput,
                    fmt::format("model {} has neither weights for PyTorch nor a network file on the hub", name_));
            }
            for (const std::string_view file : *network) {
                if (has(file)) files.emplace_back(file);
            }
        }
        return files;
    }

    Result<void> fetch(const std::string& file) {
        const fs::path link = snapshot() / file;
        std::error_code code;
        if (fs::exists(link, code)) return {};
        const std::string url = fmt::format("{}/{}/resolve/{}/{}", settings_.endpoint, name_, commit_, file);
        TransferRequest ask = request(url);
        ask.head = true;
        const auto head = transfer(ask, [](std::string_view, long) { return true; });
        if (!head) return std::unexpected(head.error());
        if (head->status >= 400) return refused(name_, url, head->status);
        const auto sum = checksum_of(*head);
        if (!sum) return fail(ErrorKind::kInput, fmt::format("{} has no checksum (ETag); nothing was kept", url));
        const fs::path blob = root_ / "blobs" / *sum;
        fs::create_directories(blob.parent_path(), code);
        if (code)
            return fail(ErrorKind::kDisk,
                        fmt::format("cannot make {}: {}", blob.parent_path().string(), code.message()));
        if (!fs::exists(blob, code)) {
            if (auto got = fetch_blob(url, file, blob, *sum, size_of(*head)); !got) return got;
        }
        return link_blob(blob, link);
    }

    /// 0 when the hub does not say.
    static std::uint64_t size_of(const TransferAnswer& head) {
        for (const char* header : {"x-linked-size", "content-length"}) {
            if (const auto found = head.headers.find(header); found != head.headers.end()) {
                return std::strtoull(found->second.c_str(), nullptr, 10);
            }
        }
        return 0;
    }

    static std::optional<std::string> checksum_of(const TransferAnswer& head) {
        for (const char* header : {"x-linked-etag", "etag"}) {
            const auto found = head.headers.find(header);
            if (found == head.headers.end()) continue;
            std::string sum = found->second;
            if (sum.starts_with("W/")) sum.erase(0, 2);
            std::erase(sum, '"');
            if ((sum.size() == kSha1Digits || sum.size() == kSha256Digits) && is_hex(sum)) return sum;
        }
        return std::nullopt;
    }

    Result<void> fetch_blob(const std::string& url, const std::string& file, const fs::path& blob,
                            const std::string& sum, std::uint64_t total) {
        const fs::path part = blob.string() + ".incomplete";
        std::error_code code;
        std::uint64_t done = fs::exists(part, code) ? fs::file_size(part) : 0;
        TransferRequest ask = request(url);
        ask.from = done;
        std::ofstream target(part, std::ios::binary | std::ios::app);
        bool written = true;
        const auto answer = transfer(ask, [&](std::string_view bytes, long status) {
            if (status >= 400) return true;
            if (status == 200 && ask.from > 0) {  // the server sends all of it
                target.close();
                target.open(part, std::ios::binary | std::ios::trunc);
                done = 0;
                ask.from = 0;
            }
            target.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            done += bytes.size();
            progress_(file, done, total);
            return written = target.good();
        });
        target.close();
        if (!written || !target) return fail(ErrorKind::kDisk, fmt::format("cannot write {}", part.string()));
        if (!answer) {
            return fail(answer.error().kind, answer.error().message + "; the next call goes on from there");
        }
        // 416: all bytes were there already, and nothing is behind them.
        if (answer->status >= 400 && answer->status != 416) return refused(name_, url, answer->status);
        if (checksum(part, sum.size()) != sum) {
            fs::remove(part, code);
            return fail(ErrorKind::kInput,
                        fmt::format("{} is damaged: its checksum is not {}; it was removed, try again", url, sum));
        }
        fs::rename(part, blob, code);
        if (code) return fail(ErrorKind::kDisk, fmt::format("cannot make {}: {}", blob.string(), code.message()));
        return {};
    }

    static Result<void> link_blob(const fs::path& blob, const fs::path& link) {
        std::error_code code;
        fs::create_directories(link.parent_path(), code);
        if (!code) fs::create_symlink(fs::relative(blob, link.parent_path(), code), link, code);
        if (!code || code == std::errc::file_exists) return {};
        return fail(ErrorKind::kDisk, fmt::format("cannot make {}: {}", link.string(), code.message()));
    }

    const std::string& name_;
    const HubSettings& settings_;
    const HubProgress& progress_;
    fs::path root_;
    std::string commit_;
};

}  // namespace

HubSettings hub_settings() {
    std::string home = environment("HF_HOME");
    if (home.empty()) home = environment("HOME") + "/.cache/huggingface";
    HubSettings settings;
    settings.endpoint = environment("HF_ENDPOINT");
    if (settings.endpoint.empty()) settings.endpoint = "https://huggingface.co";
    while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
    settings.cache = environment("HF_HUB_CACHE");
    if (settings.cache.empty()) settings.cache = home + "/hub";
    settings.token = environment("HF_TOKEN");
    if (settings.token.empty()) settings.token = trimmed(read_file(home + "/token"));
    return settings;
}

bool is_hub_name(const std::string& model) {
    std::error_code code;
    const auto slash = model.find('/');
    const auto is_part = [](std::string_view part) {
        return !part.empty() && part.front() != '.' && std::ranges::all_of(part, [](unsigned char letter) {
            return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.';
        });
    };
    return slash != std::string::npos && is_part(std::string_view(model).substr(0, slash)) &&
           is_part(std::string_view(model).substr(slash + 1)) && !fs::exists(model, code);
}

Result<std::string> fetch_model(const std::string& name, const HubSettings& settings, const HubProgress& progress) {
    try {
        return Download(name, settings, progress).run();
    } catch (const fs::filesystem_error& error) {
        return fail(ErrorKind::kDisk, fmt::format("model {}: {}", name, error.what()));
    }
}

}  // namespace gale::zero_shot
