"""Videos from the network: which addresses may be asked, and what comes is put in a folder."""
