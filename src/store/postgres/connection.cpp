#include "store/postgres/connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <span>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "store/postgres/listener.hpp"
#include "store/postgres/translate.hpp"

namespace gale::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxStatements = 300;
// Rows of execute_many between two looks at the answers.
constexpr size_t kChunk = 1000;
// Rows of one INSERT: a statement costs more than a row.
constexpr size_t kRowsTogether = 200;
// Beyond the server's own limit of a statement: an answer that comes later never comes.
constexpr std::chrono::milliseconds kGrace{10'000};
// Any number will do that is Gale's in all its versions: "GALE".
constexpr std::int64_t kWriteLock = 0x47414c45;
constexpr Oid kBoolean = 16;
// Far longer than anyone asks after a commit.
constexpr std::int64_t kReceiptsKept = 24LL * 3600 * 1000 * 1000;  // microseconds

// libpq's arrays for a statement's values: numbers as text, texts as they are (which the binary form of text is).
class Values {
public:
    explicit Values(std::span<const sql::Params> rows) {
        size_t count = 0;
        for (const auto& row : rows) count += row.all().size();
        numbers_.resize(count);
        size_t at = 0;
        for (const auto& row : rows) {
            for (const auto& one : row.all()) std::visit([&](const auto& value) { add(value, numbers_[at++]); }, one);
        }
    }
    int count() const { return static_cast<int>(pointers_.size()); }
    const char* const* pointers() const { return pointers_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

private:
    using Number = std::array<char, 32>;
    void add(std::nullptr_t, Number&) { add(nullptr, 0, 0); }
    void add(std::string_view text, Number&) { add(text.data(), static_cast<int>(text.size()), 1); }
    template <class T>
    void add(T value, Number& digits) {
        *std::to_chars(digits.data(), digits.data() + digits.size() - 1, value).ptr = '\0';
        add(digits.data(), 0, 0);
    }
    void add(const char* pointer, int length, int format) {
        pointers_.push_back(pointer);
        lengths_.push_back(length);
        formats_.push_back(format);
    }
    std::vector<Number> numbers_;
    std::vector<const char*> pointers_;
    std::vector<int> lengths_, formats_;
};

class ResultRows final : public sql::Rows {
public:
    explicit ResultRows(Held result) : result_(std::move(result)), count_(PQntuples(result_.get())) {}
    Result<bool> next() override { return ++row_ < count_; }
    bool is_null(int column) const override { return PQgetisnull(result_.get(), row_, column) != 0; }
    std::int64_t integer(int column) const override {
        const auto value = text(column);
        if (PQftype(result_.get(), column) == kBoolean) return value == "t" ? 1 : 0;
        std::int64_t number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        return number;
    }
    double real(int column) const override {
        const auto value = text(column);
        double number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        return number;
    }
    std::string_view text(int column) const override {
        return {PQgetvalue(result_.get(), row_, column), static_cast<size_t>(PQgetlength(result_.get(), row_, column))};
    }
    int columns() const override { return PQnfields(result_.get()); }
    std::string_view name(int column) const override { return PQfname(result_.get(), column); }

private:
    Held result_;
    int count_;
    int row_ = -1;
};

std::int64_t changed_by(const PGresult* result) {
    const std::string_view count = PQcmdTuples(const_cast<PGresult*>(result));
    std::int64_t number = 0;
    std::from_chars(count.data(), count.data() + count.size(), number);
    return number;
}

// An INSERT of one row of values and nothing behind it, for `rows` rows; empty for any other statement.
std::string insert_of_many(std::string_view sql, size_t rows) {
    constexpr std::string_view kValues = " VALUES (";
    const size_t at = sql.find(kValues);
    if (!sql.starts_with("INSERT INTO ") || at == sql.npos) return {};
    const std::string_view row = sql.substr(at + kValues.size() - 1);
    if (row.find_first_not_of("(?, )") != row.npos || row.find(')') != row.size() - 1) return {};
    std::string many(sql);
    many.reserve(sql.size() + rows * (row.size() + 2));
    for (size_t i = 1; i < rows; ++i) (many += ", ") += row;
    return many;
}

std::string one_line(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    std::string line(text);
    for (char& c : line) {
        if (c == '\n') c = ' ';
    }
    return line;
}

std::string_view field(const PGresult* result, int which) {
    const char* text = PQresultErrorField(result, which);
    return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

Connection::Connection(Connector& connector, Handle handle) : connector_(connector), handle_(std::move(handle)) {
    CHECK(PQsetnonblocking(handle_.get(), 1) == 0 && PQenterPipelineMode(handle_.get()) == 1);
}

// Settings are the transaction's, not the session's: a pooler gives the session to others.
Result<void> Connection::begin(Access access) {
    CHECK(!in_transaction_);
    forget_old_statements();
    is_read_ = access == Access::read;
    may_run_again_ = false;
    const auto& options = connector_.options();
    const auto limits = fmt::format(
        "set_config('statement_timeout', '{}', true), set_config('idle_in_transaction_session_timeout', "
        "'{}', true)",
        options.statement_timeout.count(),
        is_read_ ? options.statement_timeout.count() : options.idle_in_transaction.count());
    if (is_read_) {
        TRY(send_ahead("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        TRY(send_ahead(fmt::format("SELECT {}", limits).c_str()));
    } else {
        TRY(send_ahead("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"));
        // In this order: the lock waits no longer than its limit.
        TRY(send_ahead(fmt::format("SELECT set_config('lock_timeout', '{}', true), {}, pg_advisory_xact_lock({})",
                                   options.lock_timeout.count(), limits, kWriteLock)
                           .c_str(),
                       Sent::Kind::begin));
    }
    in_transaction_ = true;
    return {};
}

Result<void> Connection::commit(const sql::Told& told) {
    if (is_read_) {
        // Nothing depends on its answer, which is read with the next statement's.
        in_transaction_ = false;
        TRY(send_ahead("COMMIT"));
        if (PQpipelineSync(handle_.get()) != 1 || PQflush(handle_.get()) < 0) return std::unexpected(lose_link());
        sent_.push_back({Sent::Kind::sync});
        return {};
    }
    for (size_t i = 0; i < told.size(); ++i) {
        if (told[i]) TRY(send_ahead(fmt::format("NOTIFY {}", channel_name(static_cast<Channel>(i))).c_str()));
    }
    TRY(leave_receipt());
    // A transaction that failed until here has nothing to ask after.
    if (connector_.options().before_commit) {
        TRY(receive());
        connector_.options().before_commit();
    }
    const auto sent = send_ahead("COMMIT", Sent::Kind::commit);
    const auto answers = sent ? receive() : std::unexpected(sent.error());
    in_transaction_ = false;
    if (answers) return {};
    if (is_lost_) return ask_what_became_of_it(answers.error());
    in_transaction_ = true;
    rollback();
    return std::unexpected(answers.error());
}

// A row of this process with a number that no other of its transactions has. A transaction's own number would not do:
// a server that crashes, or a standby that takes over, gives numbers that never reached the disk once more.
Result<void> Connection::leave_receipt() {
    receipt_ = connector_.next_receipt();
    if (receipt_ == 1) {
        const sql::Params oldest = sql::params(kReceiptsKept);
        TRY(send("DELETE FROM commit_receipt WHERE written_at < extract(epoch FROM clock_timestamp()) * 1000000 - ?",
                 {&oldest, 1}));
    }
    const sql::Params receipt = sql::params(connector_.writer(), receipt_);
    return send(
        "INSERT INTO commit_receipt (writer, number, written_at) VALUES (?, ?, extract(epoch FROM "
        "clock_timestamp()) * 1000000) ON CONFLICT (writer) DO UPDATE SET number = excluded.number, "
        "written_at = excluded.written_at",
        {&receipt, 1});
}

// The connection was lost at COMMIT: whether it was done only the server knows. Who has the lock that writes take knows
// that the transaction is over.
Result<void> Connection::ask_what_became_of_it(const Error& lost) {
    may_run_again_ = false;
    const auto& options = connector_.options();
    const auto until = Clock::now() + options.write_patience;
    const auto begin = fmt::format(
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = "
        "{}; "
        "SELECT pg_advisory_xact_lock({})",
        options.lock_timeout.count(), options.statement_timeout.count(), kWriteLock);
    const auto ask =
        fmt::format("SELECT 1 FROM commit_receipt WHERE writer = '{}' AND number = {}", connector_.writer(), receipt_);
    std::string why = "it is still under way";
    do {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
        auto fresh = connector_.connect_within(left);
        if (!fresh) {
            why = fresh.error().to_string();
            break;
        }
        const auto run = [&](const std::string& sql) {
            Held answer(PQexec(fresh->get(), sql.c_str()));
            if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
                why = one_line(PQresultErrorMessage(answer.get()));
                answer.reset();
            }
            return answer;
        };
        if (!run(begin)) continue;
        const Held found = run(ask);
        if (!found) continue;
        if (PQntuples(found.get()) == 1) return {};
        may_run_again_ = true;
        return std::unexpected(lost);
    } while (Clock::now() < until && connector_.sleep(std::chrono::milliseconds(100)));
    return std::unexpected(Error(ErrorCode::unavailable,
                                 fmt::format("database {}: the connection was lost at a commit, and whether it was "
                                             "done is unknown ({}); look before you repeat what you did",
                                             name(), why))
                               .caused_by(lost));
}

void Connection::rollback() {
    if (!in_transaction_) return;
    in_transaction_ = false;
    // Its answer comes with the next statement's; one that cannot be sent is as good: the server undoes it by itself.
    if (!send_ahead("ROLLBACK")) return;
    if (PQpipelineSync(handle_.get()) != 1 || PQflush(handle_.get()) < 0) {
        is_lost_ = true;
        return;
    }
    sent_.push_back({Sent::Kind::sync});
}

// Outside the pipeline, which takes one statement at a time; and as long as it takes.
Result<void> Connection::script(const std::string& sql) {
    TRY(send_ahead("SET LOCAL statement_timeout = 0"));
    has_time_limit_ = false;
    auto before = receive();
    has_time_limit_ = true;
    if (!before) return std::unexpected(before.error());
    CHECK(PQexitPipelineMode(handle_.get()) == 1 && PQsetnonblocking(handle_.get(), 0) == 0);
    const Held result(PQexec(handle_.get(), sql.c_str()));
    const bool is_done =
        PQresultStatus(result.get()) == PGRES_COMMAND_OK || PQresultStatus(result.get()) == PGRES_TUPLES_OK;
    std::optional<Error> error;
    if (!is_done) error = error_of(result.get(), {Sent::Kind::statement, nullptr, "script"});
    if (!is_lost_) CHECK(PQsetnonblocking(handle_.get(), 1) == 0 && PQenterPipelineMode(handle_.get()) == 1);
    if (error) return std::unexpected(std::move(*error));
    return {};
}

Result<std::unique_ptr<sql::Rows>> Connection::start(std::string_view sql, const sql::Params& values) {
    TRY(send(sql, {&values, 1}));
    auto answers = TRY(receive());
    return std::make_unique<ResultRows>(std::move(answers.back()));
}

Result<std::int64_t> Connection::run(std::string_view sql, const sql::Params& values) {
    TRY(send(sql, {&values, 1}));
    const auto answers = TRY(receive());
    return changed_by(answers.back().get());
}

Result<std::vector<std::int64_t>> Connection::run_many(std::string_view sql, const std::vector<sql::Params>& rows) {
    std::vector<std::int64_t> changed;
    changed.reserve(rows.size());
    const std::span all(rows);
    if (const auto many = insert_of_many(sql, kRowsTogether); !many.empty()) {
        for (; changed.size() + kRowsTogether <= rows.size(); changed.resize(changed.size() + kRowsTogether, 1)) {
            TRY(send(many, all.subspan(changed.size(), kRowsTogether)));
            TRY(receive());
        }
    }
    for (size_t from = changed.size(); from < rows.size(); from += kChunk) {
        const size_t to = std::min(from + kChunk, rows.size());
        for (size_t i = from; i < to; ++i) TRY(send(sql, all.subspan(i, 1)));
        for (const Held& answer : TRY(receive())) changed.push_back(changed_by(answer.get()));
    }
    return changed;
}

Connection::Statement& Connection::find(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    auto& made = statements_[std::string(sql)];
    made.text = translate(sql);
    // By its text: where a pooler mixes connections, a name never stands for another statement than it says.
    made.name = "gale_" + sha256_hex(made.text).substr(0, 32);
    if (connector_.options().on_prepare) connector_.options().on_prepare(made.text);
    return made;
}

// Lists put their statements together; there is no end of them.
void Connection::forget_old_statements() {
    if (statements_.size() <= kMaxStatements || !sent_.empty()) return;
    if (!send_ahead("DEALLOCATE ALL")) return;
    if (PQpipelineSync(handle_.get()) != 1) {
        is_lost_ = true;
        return;
    }
    sent_.push_back({Sent::Kind::sync});
    statements_.clear();
}

Result<void> Connection::send_ahead(const char* sql, Sent::Kind kind) {
    if (is_lost_ || PQsendQueryParams(handle_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0) != 1)
        return std::unexpected(lose_link());
    sent_.push_back({kind, nullptr, "transaction"});
    return {};
}

Result<void> Connection::send(std::string_view sql, std::span<const sql::Params> rows) {
    if (is_lost_) return std::unexpected(lose_link());
    Statement& statement = find(sql);
    const Values values(rows);
    int sent = 0;
    if (!connector_.may_prepare()) {
        sent = PQsendQueryParams(handle_.get(), statement.text.c_str(), values.count(), nullptr, values.pointers(),
                                 values.lengths(), values.formats(), 0);
    } else {
        if (!statement.is_prepared) {
            if (PQsendPrepare(handle_.get(), statement.name.c_str(), statement.text.c_str(), 0, nullptr) != 1)
                return std::unexpected(lose_link());
            statement.is_prepared = true;
            sent_.push_back({Sent::Kind::prepare, &statement, statement.text});
        }
        sent = PQsendQueryPrepared(handle_.get(), statement.name.c_str(), values.count(), values.pointers(),
                                   values.lengths(), values.formats(), 0);
    }
    if (sent != 1) return std::unexpected(lose_link());
    // libpq keeps it until the sync, or sends what the socket takes when it has become much.
    sent_.push_back({Sent::Kind::statement, &statement, statement.text});
    return {};
}

Result<std::vector<Held>> Connection::receive() {
    if (is_lost_ || PQpipelineSync(handle_.get()) != 1) return std::unexpected(lose_link());
    sent_.push_back({Sent::Kind::sync});
    std::vector<Held> answers;
    std::optional<Error> first;
    while (!sent_.empty()) {
        const Sent sent = sent_.front();
        sent_.pop_front();
        TRY(receive_one(sent, answers, first));
    }
    if (first) return std::unexpected(std::move(*first));
    return answers;
}

Result<void> Connection::receive_one(const Sent& sent, std::vector<Held>& answers, std::optional<Error>& first) {
    Held result(TRY(next_result()));
    if (!result) return std::unexpected(lose_link());
    const auto status = PQresultStatus(result.get());
    if (sent.kind == Sent::Kind::sync) {
        if (status != PGRES_PIPELINE_SYNC) return std::unexpected(lose_link());
        return {};
    }
    // What comes behind an error, up to the next sync, is not run.
    if (sent.kind == Sent::Kind::prepare && status != PGRES_COMMAND_OK) sent.statement->is_prepared = false;
    if (status == PGRES_FATAL_ERROR) {
        Error error = error_of(result.get(), sent);
        if (!first) first = error;
        if (is_lost_) return std::unexpected(std::move(*first));
    } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        // The server answers the commit of a failed transaction with ROLLBACK, which is no error to it.
        if (sent.kind == Sent::Kind::commit && std::string_view(PQcmdStatus(result.get())) != "COMMIT" && !first)
            first = Error(ErrorCode::internal, fmt::format("database {}: a failed transaction was committed", name()));
        if (sent.kind == Sent::Kind::statement) answers.push_back(std::move(result));
    } else if (status != PGRES_PIPELINE_ABORTED) {
        return std::unexpected(lose_link());
    }
    const Held end(TRY(next_result()));
    return end ? std::unexpected(lose_link()) : Result<void>();
}

Result<PGresult*> Connection::next_result() {
    while (PQisBusy(handle_.get()) == 1) TRY(wait());
    return PQgetResult(handle_.get());
}

// Sends what waits to be sent, while taking in what comes: both sides may have more to say than the sockets hold.
Result<void> Connection::wait() {
    const auto limit = connector_.options().statement_timeout + kGrace;
    for (;;) {
        const int unsent = PQflush(handle_.get());
        if (unsent < 0) return std::unexpected(lose_link());
        pollfd polled{PQsocket(handle_.get()), static_cast<short>(POLLIN | (unsent == 1 ? POLLOUT : 0)), 0};
        const int ready = ::poll(&polled, 1, has_time_limit_ ? static_cast<int>(limit.count()) : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) {
            return std::unexpected(lose(meaning_of("", ""), fmt::format("no answer within {} ms", limit.count())));
        }
        if ((polled.revents & ~POLLOUT) != 0) {
            if (PQconsumeInput(handle_.get()) != 1) return std::unexpected(lose_link());
            return {};
        }
    }
}

// Of no use any more.
Error Connection::lose(const Meaning& meaning, std::string_view text) {
    is_lost_ = true;
    in_transaction_ = false;
    may_run_again_ = true;
    sent_.clear();
    const auto detail = one_line(text);
    return Error(meaning.code, fmt::format("database {}: {}{}", name(), meaning.advice,
                                           detail.empty() ? "" : fmt::format(" ({})", detail)));
}

Error Connection::error_of(const PGresult* result, const Sent& sent) {
    const std::string state(field(result, PG_DIAG_SQLSTATE));
    const std::string message(field(result, PG_DIAG_MESSAGE_PRIMARY));
    Meaning meaning = meaning_of(state, message);
    if (meaning.failure == Failure::of_prepared) connector_.stop_preparing();
    // A transaction that could not begin is of no use to the statements that were to follow.
    const bool is_of_transaction = sent.kind == Sent::Kind::begin || meaning.failure != Failure::of_statement ||
                                   PQstatus(handle_.get()) == CONNECTION_BAD;
    if (is_of_transaction)
        return lose(meaning,
                    message.empty() ? one_line(PQresultErrorMessage(result)) : fmt::format("{}, {}", message, state));
    const std::string detail(field(result, PG_DIAG_MESSAGE_DETAIL));
    auto error = Error(meaning.code, fmt::format("database {}: {} ({}{}, {})", name(), meaning.advice, message,
                                                 detail.empty() ? "" : ": " + detail, state));
    return meaning.code == ErrorCode::internal ? std::move(error).with("sql", std::string(sent.what)) : error;
}

}  // namespace gale::postgres
