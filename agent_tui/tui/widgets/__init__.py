"""Parts of a screen; a widget shows frozen records and posts messages upward."""
