"""Commands on who a person is to which server, and who changed what there."""
