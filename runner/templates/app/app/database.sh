#!/bin/sh
# The stand-in of a database: whoever knows the password reads all rows, or adds one by POST.
printf 'Content-Type: text/plain\n'
[ -z "$QUERY_STRING" ] && { printf '\nready\n'; exit; }
[ "$QUERY_STRING" = "$PASSWORD" ] || { printf 'Status: 403 Forbidden\n\nwrong password\n'; exit; }
[ "$REQUEST_METHOD" = POST ] && cat >>/data/rows
printf '\n'
cat /data/rows
