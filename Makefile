# What can be done with a checkout. Each target is safe to repeat; the work stands in demo/ and tests/.
.DEFAULT_GOAL := help
.PHONY: help install demo demo-down check lint test molecule test-vm benchmark

VENV := .venv/bin
# What makes hosts, images or a wheel, or compares times: in two processes (tests/two_processes.py).
HEAVY := benchmarks or packaging or end_to_end or molecule or vm
SLOW := $(HEAVY) or many_requests
IN_TWO := -v -n 2 --dist loadscope
# The others share nothing, and run on every processor.
SIDE_BY_SIDE := -q -n auto --dist worksteal
# Who is not root can't become another account: make check leaves those tests to make test, and says so here.
OF_ROOT := $(if $(filter 0,$(shell id -u)),,or root)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## install what is missing: system packages, .venv with pvdify in it
	@demo/install.sh

demo: install ## make a host, a registry and a daemon; deploy an app, replace it, scale it, configure it
	@$(VENV)/python -m demo up

demo-down: ## remove all that make demo made
	@$$(command -v $(VENV)/python || command -v python3) -m demo down

lint: install
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	PATH="$(CURDIR)/$(VENV):$$PATH" ANSIBLE_INVENTORY=tests/lint/inventory.yml ansible-lint -q

check: lint ## the fast loop: style, types, and the tests that need no host
	$(VENV)/pytest $(SIDE_BY_SIDE) -m "not ($(SLOW) $(OF_ROOT))"

molecule: install ## run every Molecule scenario
	$(VENV)/pytest -v -m molecule

test: lint ## make check, the wheel, Molecule, and a real host end to end
	$(VENV)/pytest $(SIDE_BY_SIDE) -m "not ($(HEAVY))"
	$(VENV)/pytest $(IN_TWO) -m "($(HEAVY)) and not vm"

test-vm: ## memory and CPU limits on a kernel that has them: boots a virtual machine (qemu)
	@demo/install.sh qemu-system-x86 e2fsprogs
	$(VENV)/pytest -v -m vm

benchmark: install ## as ratios: pvdify's help to importing click, and its swap to the same one typed by hand
	@$(VENV)/python -m tests.benchmarks.help
	@$(VENV)/python -m tests.benchmarks.swap
