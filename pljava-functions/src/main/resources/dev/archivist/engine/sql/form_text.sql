{value} COLLATE "C"
