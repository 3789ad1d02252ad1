#!/bin/sh
# Run once by the image of PostgreSQL, when it makes its files: a database for MLflow beside that of Awayday, each with
# an owner of its own.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="${MLFLOW_DATABASE_PASSWORD:?}" \
  --username "${POSTGRES_USER:?}" --dbname "${POSTGRES_DB:?}" <<'SQL'
CREATE ROLE mlflow LOGIN PASSWORD :'password';
CREATE DATABASE mlflow OWNER mlflow;
REVOKE CONNECT ON DATABASE mlflow FROM PUBLIC;
SQL
