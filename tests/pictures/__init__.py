"""Pictures of every screen, compared cell by cell, and what must be true of each.

``make pictures`` draws the album anew; what git then shows as different is what a change did to the screen.
"""
