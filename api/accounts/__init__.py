"""Who may call: API keys with scopes and limits."""
