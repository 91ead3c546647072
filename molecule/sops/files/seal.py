"""Print config vars as pvdifyd would hand them over: plain ones, and others encrypted for this host."""

import hashlib
import json
import os
import subprocess

VALUES = {
    "EMPTY": "",
    "LINES": "-----BEGIN KEY-----\nabc=\n-----END KEY-----\n",
    "WINDOWS_LINES": "a\r\nb\r\n",
    "SIGNS": "= ' \" $HOME ${HOME} $(id) `id` % %h \\ \\n {{ 7 * 7 }} {% raw %} # ; ",
    "emoji": "\U0001f600 \u00fcn\u00ef",
    "LONG": "x" * 65536,
}
SOPS = "/usr/local/lib/pvdify/sops"


def main():
    secrets = {f"SECRET_{key}": value for key, value in VALUES.items()}
    secrets["CANARY"] = "canary-7f3a"
    recipient = output(["age-keygen", "-y", "/etc/pvdify/identity.txt"]).strip()
    environment = {
        "version": 3,
        "values": VALUES,
        "secrets": {key: secret(key, value, recipient) for key, value in secrets.items()},
    }
    print(json.dumps({"environment": environment, "wanted": {**VALUES, **secrets}, "recipient": recipient}))


def secret(key, value, recipient):
    held = {"app": "my", "key": key, "version": 3, "value": value}
    text = json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    how = ["--input-type", "binary", "--output-type", "json", "--filename-override", "secret"]
    document = output([SOPS, "encrypt", *how, "--age", recipient], text)
    digest = hashlib.sha256(document.encode()).hexdigest()
    return {"version": 3, "digest": digest, "document": document}


def output(command, text=""):
    environment = {**os.environ, "SOPS_DISABLE_VERSION_CHECK": "1"}
    ended = subprocess.run(command, input=text.encode(), capture_output=True, check=True, env=environment)
    return ended.stdout.decode()


main()
