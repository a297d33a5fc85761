# Runs a PostgreSQL server in a data directory that is filled from a template when it is empty.
# $1: the template. $2: the user to become, or nothing. $3: the data directory. Then the server and its options.
template=$1
account=$2
data=$3
shift 3
umask 077
# A copy that was broken off is made again.
copying=$data/procman-copying
if [ ! -s "$data/PG_VERSION" ] || [ -e "$copying" ]; then
  mkdir -p "$data" && : >"$copying" || exit 1
  # Linux and FreeBSD share the blocks where the file system can; others copy them.
  cp -a --reflink=auto "$template/." "$data/" 2>/dev/null || cp -Rp "$template/." "$data/" || exit 1
  rm -f "$copying"
fi
chmod 700 "$data"
if [ -n "$account" ]; then
  chown "$account" "$data" || exit 1
  cd / || exit 1
  exec setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- "$@" -D "$data"
fi
exec "$@" -D "$data"
