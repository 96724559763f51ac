#!/bin/sh
# Makes the certificate that the loopback hub of the tests speaks TLS with: nobody trusts it unless told to.
set -eu
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj "/CN=loopback hub" \
  -addext "subjectAltName=IP:127.0.0.1,DNS:localhost" -keyout key.pem -out certificate.pem
