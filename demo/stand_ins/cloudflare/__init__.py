"""A stand-in for Cloudflare's API, for the demo and the tests.

It keeps zones, DNS records and tunnels as Cloudflare does, and holds every request, and every answer of its own, to the
contract: an excerpt of the API's OpenAPI document (contract.json, see NOTICE). So it can't drift into fiction.

    python -m demo.stand_ins.cloudflare --listen 192.0.2.1:7443 --certificate FILE --key FILE --state FILE

The API is at /client/v4; what makes zones, tells of calls and lets calls fail is at /_control (control.py). It needs
jsonschema, which is among the packages for development.
"""
