#!/bin/sh
# The migration: runs once, and again after it has been changed.
set -eu
wget -q -O - --post-data "table visits
" "http://db:5432/cgi-bin/query?$PASSWORD"
