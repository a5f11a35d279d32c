{send}({value})
