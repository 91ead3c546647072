"""Print documents of sops as pvdifyd would hand them over: what standard input has, encrypted for this host."""

import json
import os
import subprocess
import sys

SOPS = "/usr/local/lib/pvdify/sops"


def main():
    recipient = output(["age-keygen", "-y", "/etc/pvdify/identity.txt"]).strip()
    given = json.loads(sys.argv[1])
    print(json.dumps({name: sealed(name, value, recipient) for name, value in given.items()}))


def sealed(name, value, recipient):
    text = json.dumps({"host": "host", "name": name, "value": value}, sort_keys=True, separators=(",", ":"))
    how = ["--input-type", "binary", "--output-type", "json", "--filename-override", "secret"]
    return output([SOPS, "encrypt", *how, "--age", recipient], text)


def output(command, text=""):
    environment = {**os.environ, "SOPS_DISABLE_VERSION_CHECK": "1"}
    ended = subprocess.run(command, input=text.encode(), capture_output=True, check=True, env=environment)
    return ended.stdout.decode()


main()
