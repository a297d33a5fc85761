# Makes a data directory that others are copied from.
# $1: where. $2: the user to become, or nothing. $3: directory of the programs. $4: the superuser. $5: the database.
# $6: SQL to run in it.
target=$1
account=$2
bin=$3
user=$4
database=$5
script=$6
umask 077
work=$(mktemp -d) || exit 1
# A name of its own: of a JVM that was killed the lock is free while its script goes on.
new=$target.$$.new
trap 'rm -rf "$work" "$new"' EXIT
trap 'exit 1' HUP INT TERM

as() {
  if [ -n "$account" ]; then
    setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "$@"
  else
    "$@"
  fi
}

# One statement, or several that end in a semicolon and an empty line.
sql() {
  as "$bin/postgres" --single -j -F -O -D "$work/data" -c exit_on_error=true "$1"
}

[ -z "$account" ] || chown "$account" "$work" || exit 1
as "$bin/initdb" --no-sync --auth=trust --encoding=UTF8 --locale=C --username="$user" -D "$work/data" || exit 1
if [ "$database" != postgres ]; then
  printf 'CREATE DATABASE "%s";\n\n' "$database" | sql postgres || exit 1
fi
if [ -n "$script" ]; then
  printf '%s\n;\n\n' "$script" | sql "$database" || exit 1
fi
rm -rf "$new"
cp -Rp "$work/data" "$new" || exit 1
[ -d "$target" ] || mv "$new" "$target"
