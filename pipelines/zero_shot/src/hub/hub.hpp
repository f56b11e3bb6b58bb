#pragma once
// Models by name from a hub that speaks Hugging Face's protocol, kept in the cache folder that its own client uses, so
// that both find what either fetched.
//
// A file is written beside its place, gone on with after a break, and takes its place when its checksum is the hub's:
// SHA-256 for large files, Git's SHA-1 for small ones. The token goes to the hub alone, not to where it redirects.

#include <functional>
#include <string>
#include <string_view>

#include "tsv/result.hpp"

namespace gale::zero_shot {

struct HubSettings {
    std::string endpoint;       ///< "https://huggingface.co", without a slash at its end
    std::string cache;          ///< the folder with models--OWNER--NAME
    std::string token;          ///< empty: none
    long timeout_seconds = 30;  ///< to connect, and without any byte
};

/// From HF_ENDPOINT, HF_HUB_CACHE or HF_HOME (else ~/.cache/huggingface), and HF_TOKEN or the file `token` there.
HubSettings hub_settings();

/// Whether this is OWNER/NAME and no folder of that name is here.
bool is_hub_name(const std::string& model);

/// `bytes` of `total` of a file are there; `total` is 0 while unknown.
using HubProgress = std::function<void(std::string_view file, std::uint64_t bytes, std::uint64_t total)>;

/// The folder of the model's files, fetched as far as they are not there. When the hub cannot be reached, what an
/// earlier call fetched whole is taken. kNetwork when it cannot be reached or refuses, kInput for a checksum that is
/// another or an answer that is no model's, kDisk for the cache.
Result<std::string> fetch_model(const std::string& name, const HubSettings& settings, const HubProgress& progress);

}  // namespace gale::zero_shot
