#!/bin/sh
# The proxy: /cgi-bin/api/SERVICE is answered by that service.
service=${PATH_INFO#/}
case $service in
  orders | users) ;;
  *) printf 'Status: 404 Not Found\n\nno such service\n'; exit ;;
esac
answer=$(wget -q -O - "http://$service:8000/") || { printf 'Status: 502 Bad Gateway\n\n%s is down\n' "$service"; exit; }
printf 'Content-Type: text/plain\n\n%s\n' "$answer"
