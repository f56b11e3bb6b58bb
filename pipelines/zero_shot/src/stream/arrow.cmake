# zero_shot_arrow: Apache Arrow with Parquet, from -DZERO_SHOT_PYARROW=FOLDER, a folder of the Python package pyarrow,
# which holds the C++ headers and libraries; else from the Python environment for builds, .venv-build.

get_filename_component(repo_root ${CMAKE_CURRENT_SOURCE_DIR}/../../../.. ABSOLUTE)
set(ZERO_SHOT_PYARROW "" CACHE PATH "Folder of the Python package pyarrow; empty: that of .venv-build")
set(pyarrow_places ${ZERO_SHOT_PYARROW})
if(NOT ZERO_SHOT_PYARROW)
  file(GLOB pyarrow_places
    ${repo_root}/.venv-build/lib/python3*/site-packages/pyarrow
    ${CMAKE_SOURCE_DIR}/.venv-build/lib/python3*/site-packages/pyarrow)
  list(REMOVE_DUPLICATES pyarrow_places)
endif()

foreach(place ${pyarrow_places})
  file(GLOB arrow_library ${place}/libarrow.so.*)
  file(GLOB parquet_library ${place}/libparquet.so.*)
  if(EXISTS ${place}/include/parquet/arrow/reader.h AND arrow_library AND parquet_library)
    set(pyarrow_folder ${place})
    break()
  endif()
endforeach()
if(NOT pyarrow_folder)
  message(FATAL_ERROR "zero_shot_label needs Apache Arrow's C++ library: run ./dev setup, which installs the Python "
    "package pyarrow into .venv-build, or name a folder of it with -DZERO_SHOT_PYARROW=FOLDER, or build without the "
    "classifier: -DZERO_SHOT_RUNTIME=OFF (in Gale's build -DFINANCIAL_NEWS_CLASSIFIER=OFF)")
endif()
message(STATUS "zero_shot_label uses Arrow of ${pyarrow_folder}")

add_library(zero_shot_arrow_core SHARED IMPORTED GLOBAL)
set_target_properties(zero_shot_arrow_core PROPERTIES IMPORTED_LOCATION ${arrow_library})
add_library(zero_shot_arrow SHARED IMPORTED GLOBAL)
set_target_properties(zero_shot_arrow PROPERTIES
  IMPORTED_LOCATION ${parquet_library}
  INTERFACE_INCLUDE_DIRECTORIES ${pyarrow_folder}/include
  INTERFACE_LINK_LIBRARIES zero_shot_arrow_core)
# Its headers put their own place into messages; a program should not hold it.
set_property(TARGET zero_shot_arrow APPEND PROPERTY INTERFACE_COMPILE_OPTIONS -fmacro-prefix-map=${repo_root}/=)

# The program finds the libraries relative to itself, so that the folder can be moved as a whole and no build's place is
# in it.
function(find_arrow_from target)
  get_target_property(library zero_shot_arrow IMPORTED_LOCATION)
  get_filename_component(folder ${library} DIRECTORY)
  file(RELATIVE_PATH folder ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${folder})
  set_target_properties(${target} PROPERTIES BUILD_WITH_INSTALL_RPATH ON)
  set_property(TARGET ${target} APPEND PROPERTY INSTALL_RPATH "$ORIGIN/${folder}")
endfunction()
