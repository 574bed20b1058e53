"""Files of numbers: the claims of somebody's code, judged row by row."""
