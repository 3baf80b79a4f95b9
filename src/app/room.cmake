# Configuration and apps.
room(app
  SOURCES
    apps.cpp
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

)

# What ties the rooms together.
room(app
  SOURCES
    action.cpp
    cli.cpp
    event_base.cpp
    git_facts.cpp
    labels.cpp
    image_reference.cpp
    latest.cpp
    path_sorter.cpp
    plan_json.cpp
    planning.cpp
    registry_facts.cpp
    release.cpp
    report.cpp
    run.cpp
    workspace.cpp
  TESTS
)
