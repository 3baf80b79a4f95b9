# Configuration and apps.
room(app
  SOURCES
    apps.cpp
    build_context.cpp
    build_inputs.cpp
    config.cpp
    config_app.cpp
    config_reader.cpp
    config_values.cpp
    dependencies.cpp
    discovery.cpp
    init.cpp
    init_templates.cpp
    init_workspaces.cpp
    repository_name.cpp
    tree.cpp
    yaml.cpp
    yaml_source.cpp
  TESTS
    apps_test.cpp
    build_inputs_test.cpp
    config_test.cpp
    dependencies_test.cpp
    init_test.cpp
    ../support/sample_tree.cpp
)

if(BUILD_TESTING)
  # Asked by tests/inference/judge.py, where Docker is the judge.
  add_executable(affected-files EXCLUDE_FROM_ALL
                 ${PROJECT_SOURCE_DIR}/tests/support/affected_files.cpp)
  target_link_libraries(affected-files PRIVATE ecr_version_lib
                                               ecr_version_warnings)
endif()

# What ties the rooms together.
room(app
  SOURCES
    action.cpp
    build_fields.cpp
    check.cpp
    cli.cpp
    docker_config.cpp
    event_base.cpp
    explain.cpp
    git_facts.cpp
    image_kind.cpp
    image_reference.cpp
    labels.cpp
    latest.cpp
    links.cpp
    login.cpp
    path_sorter.cpp
    patience.cpp
    plan_json.cpp
    planning.cpp
    registry_facts.cpp
    release.cpp
    release_judge.cpp
    report.cpp
    run.cpp
    shell_words.cpp
    tag_writer.cpp
    workspace.cpp
  TESTS
    deploy_parts_test.cpp
    plan_json_test.cpp
)

# History that the clone lacks.
room(app
  SOURCES
    deepen.cpp
    deepening.cpp
    history_fetch.cpp
    history_search.cpp
    known_history.cpp
    pack_store.cpp
    server_deepener.cpp
  TESTS
    ../support/drawn_repository.cpp
    ../support/git_server.cpp
    deepening_test.cpp
    known_history_test.cpp
    same_answers_test.cpp
    server_deepener_test.cpp
)
