"""The stores behind the port in ``agent_tui.core.store``; this file stays empty on purpose."""
