"""What can be asked of pvdifyd: each module is one request, and knows neither HTTP nor Ansible."""
