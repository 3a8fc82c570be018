#!/usr/bin/env bash
# A PostgreSQL server for the warehouse: `scripts/postgres.sh start|stop|status|url`.
#
# Where GX_WAREHOUSE_URL names a PostgreSQL database, or PGHOST a server, that one is used and none is started or stopped.
# Otherwise a server of this checkout's own, made from Debian's postgresql, in data/postgres: on the loopback only, with a
# password drawn at random. GX_POSTGRES_DIR and GX_POSTGRES_LOCAL_PORT name another folder and port.
#
# `start` may be called again and again; `url` prints the warehouse's URL, password included, for GX_WAREHOUSE_URL.
# Does not belong here: schemas, roles and tables; the pipeline makes them (gx_pipeline/warehouse).
set -euo pipefail

checkout=$(cd "$(dirname "$0")/.." && pwd)
folder=${GX_POSTGRES_DIR:-${GX_DATA_DIR:-$checkout/data}/postgres}
port=${GX_POSTGRES_LOCAL_PORT:-54329}
cluster=$folder/cluster
database=gx

fail() {
    echo "scripts/postgres.sh: $*" >&2
    exit 1
}

# -- a server that the environment names -----------------------------------------------------------------------------------

named() {
    case ${GX_WAREHOUSE_URL:-} in
    postgresql*) echo "the one that GX_WAREHOUSE_URL names" ;;
    *) [ -z "${PGHOST:-}" ] || echo "the one that PGHOST names: ${PGUSER:-$(id -un)}@$PGHOST:${PGPORT:-5432}/${PGDATABASE:-$database}" ;;
    esac
}

named_url() {
    case ${GX_WAREHOUSE_URL:-} in
    postgresql*) echo "$GX_WAREHOUSE_URL" ;;
    # The pipeline completes it from the PG* variables, which may hold what a URL cannot.
    *) echo "postgresql+psycopg:///${PGDATABASE:-$database}" ;;
    esac
}

create_named_database() {
    # A URL names its database itself. Of a server, the database is made where it is missing and may be.
    case ${GX_WAREHOUSE_URL:-} in postgresql*) return ;; esac
    local name=${PGDATABASE:-$database}
    command -v psql >/dev/null || return 0 # the pipeline says what is missing
    if ! PGDATABASE=$name psql --no-psqlrc --command 'select 1' >/dev/null 2>&1; then
        createdb --maintenance-db=postgres --template=template0 --encoding=UTF8 --locale=C "$name" ||
            fail "the database $name cannot be made on $PGHOST; have an administrator make it, in UTF-8"
        echo "made the database $name on $PGHOST"
    fi
}

# -- a server of our own ---------------------------------------------------------------------------------------------------

find_binaries() {
    local candidate
    # The newest that Debian installed, else what PATH holds; Debian keeps servers out of PATH.
    for candidate in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort --reverse) \
        "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
        if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ] && [ -x "$candidate/createdb" ]; then
            bin=$candidate
            return
        fi
    done
    fail "no PostgreSQL server is installed. On Debian and Ubuntu: apt-get install postgresql. Or name a server in GX_WAREHOUSE_URL"
}

# PostgreSQL refuses to run as root: a user without rights runs it then.
server_user() {
    if id -u postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$(id -u "$(server_user)")" --regid="$(id -g "$(server_user)")" --clear-groups \
            env -u PGDATA -u PGPORT HOME="$folder" "$@"
    else
        env -u PGDATA -u PGPORT "$@"
    fi
}

prepare_folder() {
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    cluster=$folder/cluster
    if [ "$(id -u)" = 0 ]; then
        chown "$(server_user)": "$folder"
        as_server test -x "$folder" ||
            fail "the user $(server_user), who runs the server since root may not, cannot enter $folder; name another folder in GX_POSTGRES_DIR"
    fi
    chmod 700 "$folder"
}

running() {
    [ -s "$cluster/PG_VERSION" ] && as_server "$bin/pg_ctl" --pgdata "$cluster" status >/dev/null 2>&1
}

running_port() {
    sed -n 4p "$cluster/postmaster.pid"
}

make_cluster() {
    # Made under another name and then renamed: what is cut off is begun anew, what is there is whole.
    local fresh=$folder/cluster.new
    rm -rf "$fresh"
    (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/password")
    [ "$(id -u)" != 0 ] || chown "$(server_user)": "$folder/password"
    # Collation C compares texts as DuckDB does.
    as_server "$bin/initdb" --pgdata "$fresh" --username gx --pwfile "$folder/password" --auth scram-sha-256 \
        --encoding UTF8 --locale C --no-instructions >"$folder/initdb.log" 2>&1 ||
        fail "initdb failed: $(tail -3 "$folder/initdb.log")"
    as_server tee -a "$fresh/postgresql.conf" >/dev/null <<'CONF'
# Only this machine, only with the password.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
CONF
    mv "$fresh" "$cluster"
}

start() {
    if [ -n "$(named)" ]; then
        create_named_database
        echo "PostgreSQL: $(named)"
        return
    fi
    find_binaries
    prepare_folder
    [ -s "$cluster/PG_VERSION" ] || make_cluster
    local made
    made=$(cat "$cluster/PG_VERSION")
    if [ "$made" != "$("$bin/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')" ]; then
        if [ -x "/usr/lib/postgresql/$made/bin/pg_ctl" ]; then
            bin=/usr/lib/postgresql/$made/bin
        else
            fail "$cluster was made by PostgreSQL $made, which is gone; delete $folder: the warehouse is built anew from what was taken in"
        fi
    fi
    if ! running; then
        as_server "$bin/pg_ctl" --pgdata "$cluster" --log "$folder/server.log" --wait --timeout 60 --silent \
            --options "-p $port" start >/dev/null ||
            fail "the server does not start on port $port (GX_POSTGRES_LOCAL_PORT names another): $(tail -3 "$folder/server.log")"
    fi
    export PGPASSWORD
    PGPASSWORD=$(cat "$folder/password")
    local server=(--host 127.0.0.1 --port "$(running_port)" --username gx)
    if [ -z "$("$bin/psql" "${server[@]}" --no-psqlrc --tuples-only --dbname postgres \
        --command "select 1 from pg_database where datname = '$database'" | tr -d ' \n')" ]; then
        "$bin/createdb" "${server[@]}" --maintenance-db postgres "$database"
    fi
    echo "PostgreSQL: gx@127.0.0.1:$(running_port)/$database, in $folder"
}

stop() {
    if [ -n "$(named)" ]; then
        echo "left running: $(named)"
        return
    fi
    find_binaries
    if running; then
        as_server "$bin/pg_ctl" --pgdata "$cluster" --mode fast --wait --silent stop
        echo "stopped; the data stay in $folder"
    else
        echo "no server of this checkout is running"
    fi
}

status() {
    if [ -n "$(named)" ]; then
        echo "PostgreSQL: $(named)"
        return
    fi
    find_binaries
    if running; then
        echo "running: gx@127.0.0.1:$(running_port)/$database, in $folder"
    else
        echo "not running"
        return 3
    fi
}

url() {
    if [ -n "$(named)" ]; then
        named_url
        return
    fi
    find_binaries
    running || fail "the server is not running: scripts/postgres.sh start"
    echo "postgresql+psycopg://gx:$(cat "$folder/password")@127.0.0.1:$(running_port)/$database"
}

case ${1:-} in
start | stop | status | url) "$1" ;;
*) fail "say what: start, stop, status or url" ;;
esac
