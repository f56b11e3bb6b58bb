// BashOperator without Python: `bash -c`, as Airflow's operator runs it.
#pragma once

#include <filesystem>
#include <set>

#include "worker/child_try.hpp"

namespace gale {

class BashTry final : public ChildTry {
public:
    using ChildTry::ChildTry;
    ~BashTry() override;
    void start() override;

protected:
    void on_stdout_line(std::string_view line) override;
    void conclude(int wait_status) override;

private:
    Result<void> launch();
    Result<std::filesystem::path> working_folder();
    Result<std::vector<std::string>> environment() const;

    std::filesystem::path temporary_folder_;
    std::set<int> skip_codes_;
    std::string last_line_;
};

}  // namespace gale
