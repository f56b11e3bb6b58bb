// gale users …
#include <fmt/format.h>

#include <iostream>

#include "base/hash.hpp"
#include "cli/command.hpp"
#include "service/user_service.hpp"

namespace gale {
namespace {

struct UserArguments {
    std::string username, role, password, email, firstname, lastname;
    bool use_random_password = false;
    OutputFormat format = OutputFormat::table;
};

Result<Role> role_named(const std::string& text) {
    if (const auto role = parse_role_in_any_case(text)) return *role;
    return fail(ErrorCode::invalid_argument, fmt::format("--role '{}' is none of Viewer, User, Op, Admin", text));
}

// What --password says, a random one, or a line of the standard input.
Result<std::string> password_of(CliContext& context, const UserArguments& arguments) {
    if (arguments.use_random_password) {
        std::string password = random_alphanumeric(16);
        context.out << fmt::format("Password: {}\n", password);
        return password;
    }
    if (!arguments.password.empty()) return arguments.password;
    context.err << "Password: " << std::flush;
    std::string line;
    if (std::getline(std::cin, line) && !line.empty()) return line;
    return fail(ErrorCode::invalid_argument,
                "no password: give --password or --use-random-password, or write one to the standard input");
}

Actor actor_of(const CliContext& context) {
    return {context.user, TriggeredBy::cli};
}

Outcome list_users(CliContext& context, OutputFormat format) {
    Store* store = TRY(context.store());
    const auto page = TRY(UserService(*store, context.clock).list(std::nullopt, Page{-1, 0, {"username"}}));
    std::vector<json::object> rows;
    for (const User& user : page.items) {
        rows.push_back({{"username", user.username},
                        {"role", user.role},
                        {"active", user.active},
                        {"created_at", time_value(user.created_at)},
                        {"last_login_at", time_value(user.last_login_at)}});
    }
    print_rows(context.out, format, rows);
    return 0;
}

Outcome create_user(CliContext& context, const UserArguments& arguments) {
    const Role role = TRY(role_named(arguments.role));
    Store* store = TRY(context.store());
    const auto password = TRY(password_of(context, arguments));
    TRY(UserService(*store, context.clock).create(arguments.username, password, role, actor_of(context)));
    context.out << fmt::format("User \"{}\" created with role \"{}\"\n", arguments.username, to_string(role));
    return 0;
}

Outcome delete_user(CliContext& context, const std::string& username) {
    Store* store = TRY(context.store());
    TRY(UserService(*store, context.clock).remove(username, actor_of(context)));
    context.out << fmt::format("User \"{}\" deleted\n", username);
    return 0;
}

Outcome reset_password(CliContext& context, const UserArguments& arguments) {
    Store* store = TRY(context.store());
    UserService users(*store, context.clock);
    TRY(users.get(arguments.username));
    UserChange change;
    change.password = TRY(password_of(context, arguments));
    TRY(users.change(arguments.username, change, actor_of(context)));
    context.out << fmt::format("User \"{}\" password reset successfully\n", arguments.username);
    return 0;
}

Outcome set_role(CliContext& context, const UserArguments& arguments) {
    UserChange change;
    change.role = TRY(role_named(arguments.role));
    Store* store = TRY(context.store());
    TRY(UserService(*store, context.clock).change(arguments.username, change, actor_of(context)));
    context.out << fmt::format("User \"{}\" has the role \"{}\"\n", arguments.username, to_string(*change.role));
    return 0;
}

CLI::Option* add_username(CLI::App& command, UserArguments& arguments) {
    return command.add_option("-u,--username", arguments.username, "the user's name")->required();
}

void add_password(CLI::App& command, UserArguments& arguments) {
    auto* given = command.add_option("-p,--password", arguments.password, "else it is read from the standard input");
    command.add_flag("--use-random-password", arguments.use_random_password, "make one, and print it")->excludes(given);
    accept_flag(command, "-v,--verbose", "accepted for Airflow's sake");
}

}  // namespace

void add_users_commands(Commands& commands) {
    commands.add("list", "list the users", [](CLI::App& command, CliContext& context) {
        auto format = std::make_shared<OutputFormat>(OutputFormat::table);
        add_output_option(command, *format);
        return [format, &context] { return list_users(context, *format); };
    });
    commands.add("create", "make a user", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<UserArguments>();
        add_username(command, *a);
        command.add_option("-r,--role", a->role, "Viewer, User, Op or Admin")->required();
        command.add_option("-e,--email", a->email, "accepted for Airflow's sake");
        command.add_option("-f,--firstname", a->firstname, "accepted for Airflow's sake");
        command.add_option("-l,--lastname", a->lastname, "accepted for Airflow's sake");
        add_password(command, *a);
        return [a, &context] { return create_user(context, *a); };
    });
    commands.add("delete", "remove a user and the API tokens", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<UserArguments>();
        add_username(command, *a);
        accept_flag(command, "-v,--verbose", "accepted for Airflow's sake");
        return [a, &context] { return delete_user(context, a->username); };
    });
    commands.add("reset-password", "give a user a new password", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<UserArguments>();
        add_username(command, *a);
        add_password(command, *a);
        return [a, &context] { return reset_password(context, *a); };
    });
    commands.add("set-role", "give a user another role", [](CLI::App& command, CliContext& context) {
        auto a = std::make_shared<UserArguments>();
        add_username(command, *a);
        command.add_option("-r,--role", a->role, "Viewer, User, Op or Admin")->required();
        return [a, &context] { return set_role(context, *a); };
    });
}

}  // namespace gale
