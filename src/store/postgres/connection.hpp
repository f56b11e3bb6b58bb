// One PostgreSQL connection, always in libpq's pipeline mode: what needs no answer at once (BEGIN with the lock,
// savepoints, COMMIT of a read) is sent ahead and costs no round trip of its own.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "store/postgres/connector.hpp"
#include "store/postgres/errors.hpp"
#include "store/sql/connection.hpp"

namespace gale::postgres {

class Connection final : public sql::Connection {
public:
    Connection(Connector& connector, Handle handle);

    Result<void> script(const std::string& sql) override;
    // Sent with the first statement, which gives its errors.
    Result<void> begin(Access access) override;
    Result<void> commit(const sql::Told& told) override;
    void rollback() override;
    Result<void> set_savepoint() override { return send_ahead("SAVEPOINT one"); }
    Result<void> release_savepoint() override { return send_ahead("RELEASE one"); }
    Result<void> undo_to_savepoint() override { return send_ahead("ROLLBACK TO one"); }
    bool in_transaction() const override { return in_transaction_; }
    bool is_lost() const override { return is_lost_; }
    bool may_run_again() const override { return may_run_again_; }
    const std::string& name() const override { return connector_.name(); }

protected:
    Result<std::unique_ptr<sql::Rows>> start(std::string_view sql, const sql::Params& values) override;
    Result<std::int64_t> run(std::string_view sql, const sql::Params& values) override;
    Result<std::vector<std::int64_t>> run_many(std::string_view sql, const std::vector<sql::Params>& rows) override;

private:
    struct Statement {
        std::string text;  // in PostgreSQL's words
        std::string name;
        bool is_prepared = false;
    };
    // What was sent and not yet answered, in order.
    struct Sent {
        enum class Kind { ahead, begin, prepare, statement, commit, sync } kind;
        Statement* statement = nullptr;
        std::string_view what = {};  // for errors
    };

    Statement& find(std::string_view sql);
    void forget_old_statements();
    Result<void> send_ahead(const char* sql, Sent::Kind kind = Sent::Kind::ahead);
    // `rows`: the values of one or, for an INSERT of many, of several rows.
    Result<void> send(std::string_view sql, std::span<const sql::Params> rows);
    // Up to here, and reads all answers: one for each statement.
    Result<std::vector<Held>> receive();
    Result<void> receive_one(const Sent& sent, std::vector<Held>& answers, std::optional<Error>& first);
    Result<PGresult*> next_result();
    Result<void> wait();
    Result<void> leave_receipt();
    Result<void> ask_what_became_of_it(const Error& lost);
    Error lose(const Meaning& meaning, std::string_view text);
    Error lose_link() { return lose(meaning_of("", ""), PQerrorMessage(handle_.get())); }
    Error error_of(const PGresult* result, const Sent& sent);

    Connector& connector_;
    Handle handle_;
    std::map<std::string, Statement, std::less<>> statements_;
    std::deque<Sent> sent_;
    std::int64_t receipt_ = 0;  // of the last write
    bool in_transaction_ = false;
    bool is_read_ = false;
    bool is_lost_ = false;
    bool may_run_again_ = false;
    bool has_time_limit_ = true;
};

}  // namespace gale::postgres
