#!/usr/bin/env bash
# Editors and the program never disagree about a configuration: the JSON Schema
# accepts and refuses the same files as the parser (tests/unit/config_test.cpp
# judges them by the parser).
. "$(dirname "$0")/support.sh"

"$PYTHON" -c 'import jsonschema, yaml' 2>/dev/null ||
  skip "$PYTHON has no jsonschema and PyYAML (tests/requirements.txt)"
"$PYTHON" "$root/tests/support/schema_agrees.py" ||
  die "schema/ecr-version.schema.json and the parser disagree"
