#include "store/sqlite/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "store/sqlite/connection.hpp"

namespace gale {
namespace {

namespace fs = std::filesystem;

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Error error_of(sqlite3* db, int code, const std::string& path) {
    ErrorCode kind = ErrorCode::unavailable;
    std::string_view advice = "try again";
    switch (code & 0xff) {
        case SQLITE_FULL:
            kind = ErrorCode::resource_exhausted;
            advice = "no room left for it; make room";
            break;
        case SQLITE_NOTADB:
            kind = ErrorCode::data_corrupt;
            advice = "it is not an SQLite database";
            break;
        case SQLITE_CORRUPT:
            kind = ErrorCode::data_corrupt;
            advice = "it is damaged; `gale db check --deep` says where";
            break;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            kind = ErrorCode::permission_denied;
            advice = "it cannot be opened or made";
            break;
        case SQLITE_IOERR:
            if (const int number = sqlite3_system_errno(db); number == ENOSPC || number == EDQUOT || number == EFBIG) {
                kind = ErrorCode::resource_exhausted;
                advice = "no room left for it; make room";
            }
            break;
        default: break;
    }
    return Error(kind, fmt::format("{}: {} ({})", path, advice, sqlite3_errmsg(db)));
}

Result<Handle> open(const std::string& path, int flags) {
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_EXRESCODE, nullptr);
    Handle handle(db);
    if (code != SQLITE_OK) return std::unexpected(error_of(db, code, path));
    sqlite3_busy_timeout(db, 10'000);
    return handle;
}

Result<void> run(sqlite3* db, const char* sql, const std::string& path) {
    const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(error_of(db, code, path));
    return {};
}

// All in one step: that reads one snapshot, and in WAL mode nobody waits for it. Smaller steps would begin anew with
// each commit of another process.
Result<void> copy(sqlite3* from, const std::string& path, sqlite3* to, const std::string& copy_path) {
    sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == nullptr) return std::unexpected(error_of(to, sqlite3_extended_errcode(to), copy_path));
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped == SQLITE_DONE) return {};
    return std::unexpected(Error(ErrorCode::unavailable, fmt::format("cannot copy database {} to {}", path, copy_path))
                               .caused_by(error_of(to, finished == SQLITE_OK ? stepped : finished, copy_path)));
}

// By itself, without -wal and -shm files beside it.
Result<void> finish(sqlite3* db, const std::string& path) {
    TRY(run(db, "PRAGMA journal_mode = DELETE", path));
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check(5)", -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    if (code != SQLITE_OK) return std::unexpected(error_of(db, code, path));
    const int stepped = sqlite3_step(raw);
    if (stepped != SQLITE_ROW) return std::unexpected(error_of(db, stepped, path));
    const std::string said = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
    if (said == "ok") return {};
    return fail(
        ErrorCode::data_corrupt,
        fmt::format("the database is damaged, and so is its copy ({}): `gale db check --deep` says where", said));
}

Result<void> flush(const fs::path& path, int flags) {
    const Fd file(::open(path.c_str(), flags | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) return std::unexpected(errno_error(errno, "cannot flush " + path.native()));
    return {};
}

Result<void> check_target(const std::string& path, const fs::path& target, bool replace) {
    std::error_code error;
    if (!fs::exists(path, error)) return fail(ErrorCode::not_found, fmt::format("there is no database {}", path));
    if (fs::is_directory(target, error))
        return fail(ErrorCode::invalid_argument, fmt::format("{} is a folder: name a file in it", target.native()));
    if (!fs::exists(target, error)) return {};
    if (fs::equivalent(path, target, error))
        return fail(ErrorCode::invalid_argument, fmt::format("{} is the database itself", target.native()));
    if (replace) return {};
    return fail(ErrorCode::already_exists,
                fmt::format("{} is there already: name another file, or say --yes to replace it", target.native()));
}

struct RemoveFile {
    fs::path path;
    ~RemoveFile() {
        std::error_code error;
        fs::remove(path, error);
    }
};

}  // namespace

Result<std::uintmax_t> back_up_sqlite(const std::string& path, const fs::path& target, bool replace) {
    TRY(check_target(path, target, replace));
    const fs::path folder = fs::absolute(target).parent_path();
    const RemoveFile temporary{folder / fmt::format(".{}.{}", target.filename().native(), random_alphanumeric(8))};
    const std::string& copied = temporary.path.native();
    {
        // Its rows are secrets, as the database's are.
        const Fd made(::open(copied.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!made) return std::unexpected(errno_error(errno, "cannot make a file in " + folder.native()));
    }
    {
        const auto from = TRY(open(path, SQLITE_OPEN_READWRITE));
        const auto to = TRY(open(copied, SQLITE_OPEN_READWRITE));
        TRY(copy(from.get(), path, to.get(), copied));
        TRY(finish(to.get(), copied));
    }
    TRY(flush(temporary.path, O_RDONLY));
    std::error_code error;
    const auto size = fs::file_size(temporary.path, error);
    fs::rename(temporary.path, target, error);
    if (error) return std::unexpected(errno_error(error.value(), "cannot name the backup " + target.native()));
    TRY(flush(folder, O_RDONLY | O_DIRECTORY));
    return size;
}

}  // namespace gale
