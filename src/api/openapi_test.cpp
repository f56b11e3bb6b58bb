// The document of the API: what it says, its golden, and that bad input is refused as it says.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "api/api_fixture.hpp"

namespace gale {
namespace {

const std::string kGolden = std::string(GALE_SOURCE_DIR) + "/docs/reference/openapi.json";
const std::string kTable = std::string(GALE_SOURCE_DIR) + "/docs/reference/rest_api.md";

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Sorted keys, two blanks a level; what is empty or short stays on its line.
void pretty(const json::value& value, int level, std::string& out) {
    const std::string line = json::canonical(value);
    if (!value.is_structured() || line.size() < 60) {
        out += line;
        return;
    }
    const auto new_line = [&](int indent) { out += '\n' + std::string(static_cast<size_t>(indent) * 2, ' '); };
    bool first = true;
    const auto next = [&] {
        if (!first) out += ',';
        first = false;
        new_line(level + 1);
    };
    if (value.is_array()) {
        out += '[';
        for (const auto& item : value.get_array()) {
            next();
            pretty(item, level + 1, out);
        }
        new_line(level);
        out += ']';
        return;
    }
    std::set<std::string> keys;
    for (const auto& member : value.get_object()) keys.insert(std::string(member.key()));
    out += '{';
    for (const auto& key : keys) {
        next();
        out += json::serialize(json::value(key)) + ": ";
        pretty(value.get_object().at(key), level + 1, out);
    }
    new_line(level);
    out += '}';
}

class OpenApiTest : public ApiTest {
protected:
    std::string document() {
        std::string text;
        pretty(json::parse(send("GET", "/openapi.json").body).value(), 0, text);
        return text + '\n';
    }
    // A line an operation, for people.
    std::string table() {
        std::string text =
            "# REST API: every operation\n\n"
            "Made by `./dev openapi` from the code that serves it; `openapi.json` beside it has the fields.\n"
            "`/api/v2` is Airflow's; why each of Gale's own exists is in [gale_api.md](gale_api.md).\n\n"
            "| operation | role | tag | operationId |\n|---|---|---|---|\n";
        std::set<std::string> lines;
        for (const Route& route : api_->router().routes()) {
            const auto& operation = route.operation;
            if (operation.id.empty()) continue;
            std::string path(route.path);
            if (const size_t rest = path.find(":path}"); rest != std::string::npos) path.erase(rest, 5);
            const std::string role(route.role ? to_string(*route.role) : "none");
            lines.insert("| `" + path + "` " + std::string(route.method) + " | " + role + " | " +
                         std::string(operation.tag) + " | " + std::string(operation.id) + " |\n");
        }
        for (const auto& line : lines) text += line;
        return text;
    }
};

TEST_F(OpenApiTest, TheGoldensAreWhatIsServed) {
    if (std::getenv("GALE_UPDATE_GOLDENS") != nullptr) {
        std::ofstream(kGolden) << document();
        std::ofstream(kTable) << table();
    }
    EXPECT_TRUE(content_of(kGolden) == document()) << kGolden << " is not what the server says: run ./dev openapi";
    EXPECT_TRUE(content_of(kTable) == table()) << kTable << " is not what the server says: run ./dev openapi";
}

TEST_F(OpenApiTest, EveryRouteOfTheApiIsDocumented) {
    for (const Route& route : api_->router().routes()) {
        const auto& operation = route.operation;
        const std::string name = std::string(route.method) + " " + std::string(route.path);
        const bool is_of_api =
            route.path.starts_with("/api/") || route.path.starts_with("/auth/") || route.path.starts_with("/gale/");
        if (!is_of_api) continue;
        EXPECT_FALSE(operation.id.empty()) << name << " has no Operation";
        EXPECT_FALSE(operation.tag.empty()) << name;
        EXPECT_FALSE(operation.summary.empty()) << name;
        const bool is_json = operation.media_type == "application/json" && operation.status != 204;
        EXPECT_TRUE(!is_json || !operation.answer.empty()) << name << " declares no schema of its answer";
    }
}

TEST_F(OpenApiTest, WrongBodiesAreListedWholeAsFastApiDoes) {
    const auto response = send("POST", "/api/v2/pools", R"({"slots":"many","include_deferred":3,"color":"red"})");
    ASSERT_EQ(response.status, 422) << response.body;
    std::set<std::string> found;
    const auto answer = object_of(response);
    for (const auto& error : answer.at("detail").as_array())
        found.insert(json::serialize(error.at("loc")) + " " + std::string(error.at("type").as_string()));
    EXPECT_EQ(found, (std::set<std::string>{R"(["body","name"] missing)", R"(["body","slots"] int_parsing)",
                                            R"(["body","include_deferred"] bool_parsing)",
                                            R"(["body","color"] extra_forbidden)"}));
    const auto first = object_of(send("POST", "/api/v2/pools", R"({"name":"x","slots":-2})")).at("detail").at(0);
    EXPECT_EQ(first.at("msg"), "Input should be greater than or equal to -1");
    EXPECT_EQ(first.at("input"), -2);
}

TEST_F(OpenApiTest, WhatJsonLeavesOpenIsSettledAsPydanticDoes) {
    const auto response = send("POST", "/api/v2/pools", R"({"name":"x","slots":"3","include_deferred":"true"})");
    ASSERT_EQ(response.status, 201) << response.body;
    EXPECT_EQ(object_of(response).at("slots"), 3);
    EXPECT_EQ(object_of(response).at("include_deferred"), true);
}

TEST_F(OpenApiTest, ChoicesAndNestedPlacesAreNamed) {
    trigger();
    const auto type_and_place = [&](const std::string& target, const std::string& body) {
        const auto response = send("POST", target, body);
        EXPECT_EQ(response.status, 422) << response.body;
        const auto error = object_of(response).at("detail").at(0);
        return std::string(error.at("type").as_string()) + " " + json::serialize(error.at("loc"));
    };
    EXPECT_EQ(type_and_place("/api/v2/dags/news/clearTaskInstances", R"({"task_ids":[["load","x"]]})"),
              R"(string_type ["body","task_ids",0,"str"])");
    EXPECT_EQ(type_and_place("/api/v2/dags/news/clearTaskInstances", R"({"start_date":"soon"})"),
              R"(datetime_from_date_parsing ["body","start_date"])");
    EXPECT_EQ(type_and_place("/api/v2/dags/news/dagRuns", R"({"logical_date":null,"conf":[]})"),
              R"(dict_type ["body","conf"])");
    EXPECT_EQ(type_and_place("/api/v2/dags/news/dagRuns", ""), R"(missing ["body"])");
    EXPECT_EQ(type_and_place("/api/v2/dags/news/dagRuns", "[]"), R"(model_attributes_type ["body"])");
    EXPECT_EQ(type_and_place("/api/v2/dags/news/dagRuns", "{"), R"(json_invalid ["body"])");
}

TEST_F(OpenApiTest, AQueryIsCheckedBeforeItsHandler) {
    const auto response = send("GET", "/api/v2/dags/~/dagRuns?state=success&state=blue&limit=-1&run_after_gte=soon");
    ASSERT_EQ(response.status, 422);
    std::set<std::string> places;
    const auto answer = object_of(response);
    for (const auto& error : answer.at("detail").as_array()) places.insert(json::serialize(error.at("loc")));
    EXPECT_EQ(places, (std::set<std::string>{R"(["query","state",1])", R"(["query","limit"])",
                                             R"(["query","run_after_gte"])"}));
    EXPECT_EQ(send("GET", "/api/v2/dags/~/dagRuns?run_after_gte=2026-01-01T00:00:00+00:00").status, 200);
}

TEST_F(OpenApiTest, AnAnswerThatBreaksItsSchemaIsSeen) {
    const HttpRequest request{"GET", "/api/v2/version", {}, "", ""};
    EXPECT_EQ(broken_promise(*api_, request, json_response({{"version", "1"}, {"git_version", nullptr}})),
              std::nullopt);
    EXPECT_NE(broken_promise(*api_, request, json_response({{"version", 1}, {"git_version", nullptr}})), std::nullopt);
    EXPECT_NE(broken_promise(*api_, request, json_response({{"version", "1"}})), std::nullopt);
    EXPECT_NE(broken_promise(*api_, request, json_response({{"version", "1"}, {"git_version", nullptr}}, 201)),
              std::nullopt);
    EXPECT_NE(broken_promise(*api_, request, json_response({{"error", "x"}}, 404)), std::nullopt);
}

// A handler that reads what its operation does not declare is our bug, and ends at once.
TEST_F(OpenApiTest, AnUndeclaredQueryParameterIsABug) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Router router;
    const RouteHandler reads = [](Api&, Call& call) -> Result<HttpResponse> {
        call.query("secret");
        return HttpResponse{};
    };
    router.add({"GET", "/x", std::nullopt, reads, {.id = "x", .tag = "x"}});
    const HttpRequest request{"GET", "/x?secret=1", {}, "", ""};
    Call call(request, router.routes()[0], router, {}, {{"secret", "1"}}, std::nullopt, {});
    EXPECT_DEATH((void)reads(*api_, call), "find_query");
}

}  // namespace
}  // namespace gale
