"""The documentation of ``pvdify_host``; its work is done by the action plugin of the same name."""

DOCUMENTATION = r"""
module: pvdify_host
short_description: Run one step of pvdify's host program
description:
  - Sends the host program of C(pvdifyd.host_program) to the host and runs one of its steps there.
  - Every step compares what is with what should be and changes the difference.
options:
  step:
    description: The step, named as its file below C(host_program/steps).
    type: str
    required: true
  arguments:
    description: What the step takes, as its docstring says.
    type: dict
    required: true
author: the pvdify authors
"""

EXAMPLES = r"""
- name: What runs of myapp
  pvdify_host:
    step: ps
    arguments:
      app: myapp
"""

RETURN = r"""
phase:
  description: The phase of the operation the step belongs to.
  type: str
  returned: by the steps that change something
code:
  description: A stable word for what went wrong.
  type: str
  returned: on failure
details:
  description: What a person needs to act on the failure, such as the last probe, exit code and log lines.
  type: dict
  returned: on failure
"""
