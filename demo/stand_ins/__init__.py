"""What stands in for Cloudflare where there is none: its API (cloudflare/) and its program (cloudflared)."""
