"""What brings requests for domains to a host: nothing of ours, a Cloudflare Tunnel, or Caddy."""
