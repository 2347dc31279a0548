"""Parts of a screen: they show frozen records and post messages; none of them calls a service."""
