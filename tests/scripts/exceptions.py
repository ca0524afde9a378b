WHOLE = {}
STEPS = {}
