#include "executor/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gale {
namespace {

const TimePoint kNow = *parse_iso8601("2026-01-02T03:04:05.678901Z");

TryRequest full_request() {
    TryRequest request;
    request.id = TaskInstanceId("0199-a");
    request.dag_id = DagId("dag");
    request.run_id = RunId("manual__x");
    request.task_id = TaskId("task");
    request.map_index = 3;
    request.try_number = 2;
    request.max_tries = 4;
    request.should_retry = true;
    request.dag_version = DagVersionKey(17);
    request.fileloc = "/dags/a.py";
    request.relative_fileloc = "a.py";
    request.log_path = "/logs/attempt=2.log";
    request.run.key = DagRunKey(5);
    request.run.dag_id = request.dag_id;
    request.run.run_id = request.run_id;
    request.run.logical_date = kNow;
    request.run.data_interval = DataInterval{kNow, kNow + std::chrono::hours{1}};
    request.run.run_after = kNow;
    request.run.queued_at = kNow;
    request.run.conf = {{"answer", 42}};
    request.run.triggering_user_name = "ada";
    request.native = {NativeKind::bash, true, {{"bash_command", "echo ä"}, {"env", nullptr}}};
    request.do_xcom_push = false;
    request.execution_timeout = std::chrono::milliseconds{1500};
    return request;
}

TEST(Wire, ALeaseKeepsItsMomentToTheMicrosecond) {
    const auto from = std::chrono::steady_clock::time_point(Duration(1'234'567'890'123));
    const auto read = wire::decode_to_worker(wire::encode(wire::Lease{from}));
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_EQ(std::get<wire::Lease>(*read).from, from);
}

TEST(Wire, ATryArrivesAsItWasSent) {
    const auto sent = full_request();
    const auto bytes = wire::encode(wire::ToWorker(sent));
    const auto message = wire::decode_to_worker(bytes);
    ASSERT_TRUE(message) << message.error().to_string();
    const auto& got = std::get<TryRequest>(*message);
    EXPECT_EQ(wire::encode(wire::ToWorker(got)), bytes);
    EXPECT_EQ(got.run.data_interval, sent.run.data_interval);
    EXPECT_EQ(got.execution_timeout, sent.execution_timeout);
    EXPECT_EQ(got.native.kind, NativeKind::bash);
    EXPECT_EQ(got.native.fields, sent.native.fields);
}

TEST(Wire, AReportKeepsEveryField) {
    TryFinished sent{.id = TaskInstanceId("a"),
                     .at = kNow,
                     .outcome = TaskState::up_for_reschedule,
                     .retry_allowed = false,
                     .reschedule_at = kNow,
                     .retry_delay_override = std::chrono::seconds{9},
                     .reason = "why",
                     .xcom = json::object{{"type", "SetXCom"}, {"value", 1}}};
    const auto message = wire::decode_to_server(wire::encode(wire::ToServer(sent)));
    ASSERT_TRUE(message) << message.error().to_string();
    const auto& got = std::get<TryFinished>(*message);
    EXPECT_EQ(got.outcome, sent.outcome);
    EXPECT_EQ(got.retry_allowed, false);
    EXPECT_EQ(got.reschedule_at, sent.reschedule_at);
    EXPECT_EQ(got.retry_delay_override, sent.retry_delay_override);
    EXPECT_EQ(got.reason, "why");
}

TEST(Wire, AResponseIsABodyAnEmptyOneOrAnError) {
    const auto round_trip = [](Result<std::optional<json::object>> result) {
        const auto message = wire::decode_to_worker(wire::encode(wire::ToWorker(wire::Response{4, std::move(result)})));
        return std::get<wire::Response>(message.value()).result;
    };
    EXPECT_EQ(round_trip(json::object{{"a", 1}}).value(), (json::object{{"a", 1}}));
    EXPECT_EQ(round_trip(std::nullopt).value(), std::nullopt);
    const auto error = round_trip(fail(ErrorCode::conflict, "an old try"));
    EXPECT_EQ(error.error().code(), ErrorCode::conflict);
    EXPECT_EQ(error.error().message(), "an old try");
}

TEST(Wire, NamesWhatItCannotRead) {
    EXPECT_FALSE(wire::decode_to_server("not json"));
    EXPECT_THAT(wire::decode_to_server(R"({"op":"finished","id":"x"})").error().to_string(),
                testing::HasSubstr("finished"));
    EXPECT_FALSE(wire::decode_to_worker(R"({"op":"start","try":{}})"));
    EXPECT_FALSE(wire::decode_to_worker(R"({"op":"no_such"})"));
}

}  // namespace
}  // namespace gale
