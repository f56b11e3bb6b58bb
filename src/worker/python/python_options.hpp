// How to start Python.
#pragma once

#include <filesystem>

namespace gale {

struct PythonOptions {
    std::filesystem::path interpreter;  // such as .venv/bin/python
    std::filesystem::path python_path;  // the folder that holds the packages airflow and gale; goes before PYTHONPATH
    std::filesystem::path dags_folder;  // goes on sys.path, as in Airflow
};

}  // namespace gale
