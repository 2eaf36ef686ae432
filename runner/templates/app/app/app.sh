#!/bin/sh
# The app: shows what is in the database. The web server runs it for each request of /cgi-bin/rows.
rows=$(wget -q -O - "$DATABASE?$PASSWORD") || { printf 'Status: 502 Bad Gateway\n\nno database\n'; exit; }
printf 'Content-Type: text/plain\n\n%s\n' "$rows"
