"""Services, on a store in memory and channels that do as they are told."""
