this is not in the journal
