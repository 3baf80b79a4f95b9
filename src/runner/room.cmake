room(runner
  SOURCES
    contract.cpp
    event.cpp
    files.cpp
    inputs.cpp
    log.cpp
    markdown.cpp
    outputs.cpp
    payload.cpp
    summary.cpp
  TESTS
    ../support/job_emulator.cpp
    ../support/runner_emulator.cpp
    contract_test.cpp
    event_test.cpp
    hostile_test.cpp
    inputs_test.cpp
    log_test.cpp
    markdown_test.cpp
    outputs_test.cpp
    summary_test.cpp
)

# Prints summaries, which tests/render_summary.sh renders and judges.
if(BUILD_TESTING)
  add_executable(summary-sample
                 ${PROJECT_SOURCE_DIR}/tests/support/summary_sample.cpp)
  target_include_directories(summary-sample
                             PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(summary-sample PRIVATE ecr_version_lib
                                               ecr_version_warnings)
  add_test(NAME "summary: GitHub's renderer shows hostile text as text"
           COMMAND ${PROJECT_SOURCE_DIR}/tests/render_summary.sh
                   ${PROJECT_BINARY_DIR})
  set_tests_properties("summary: GitHub's renderer shows hostile text as text"
                       PROPERTIES SKIP_RETURN_CODE 77)
endif()
