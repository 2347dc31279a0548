"""Measurements that anybody can repeat: ``make bench``; each module is one, its docstring says what it measures."""
