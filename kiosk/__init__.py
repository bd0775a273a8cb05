"""The guided assistant: situations, visits, advice. Knows no terminal and no device."""
