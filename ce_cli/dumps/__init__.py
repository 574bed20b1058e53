"""Files of numbers: what somebody's code claims, judged row by row."""
