\d t
