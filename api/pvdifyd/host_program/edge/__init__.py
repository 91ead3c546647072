"""What brings requests for a domain to this host: Cloudflare's tunnel with its DNS, or Caddy."""
