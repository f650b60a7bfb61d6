#!/bin/sh
# Brings Temporal's two databases to the schema of this image's version; safe to run again, and after an upgrade.
# Host, user, password and plugin come from SQL_HOST, SQL_USER, SQL_PASSWORD and SQL_PLUGIN.
set -eu

schema() {
  temporal-sql-tool --db "$1" setup-schema -v 0.0
  temporal-sql-tool --db "$1" update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

schema temporal temporal
schema temporal_visibility visibility
