"""The page kit that hub and central share: sign-in, sessions, security headers, SSE, base templates, styles."""
