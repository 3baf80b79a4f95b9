#!/usr/bin/env bash
# Twenty deployers at once, on one repository whose version tags cannot move: ECR decides each race.
# shellcheck source=support.sh
. "$(dirname "$0")/support.sh"
# shellcheck source=support/deploying.sh
. "$(dirname "$0")/support/deploying.sh"
# shellcheck source=support/race.sh
. "$(dirname "$0")/support/race.sh"

for round in $(seq "${RACE_ROUNDS:-1}"); do
  race IMMUTABLE "$round"
done
