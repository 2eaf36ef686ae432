"""Views of a run, a plan, a status and findings; no view knows a kind or makes a decision."""
